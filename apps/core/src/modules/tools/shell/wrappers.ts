import type { OptionSpec } from "./command-options.ts";

/** A command that runs the command behind its own options. */
export interface Wrapper extends OptionSpec {
  /** words between the options and the command: timeout's duration */
  readonly operands?: number;
  /** judged by its own name too */
  readonly own?: boolean;
  /** options with which it does more than run the command */
  readonly refuse?: readonly string[];
  /** words `NAME=value` may stand before the command */
  readonly assignments?: boolean;
  /** the option by which it changes to a directory first, short and long */
  readonly directory?: readonly string[];
  /** words out of files or its input are added to the command */
  readonly open?: boolean;
}

export const wrappers: Readonly<Record<string, Wrapper>> = {
  command: { flags: "p" },
  builtin: {},
  exec: { flags: "cl", values: "a" },
  nohup: {},
  time: { flags: "pvaqV", values: "f", longFlags: ["--portability", "--verbose"], longValues: ["--format"] },
  nice: { flags: "0123456789", values: "n", longValues: ["--adjustment"] },
  ionice: { flags: "t", values: "cnpPu", longFlags: ["--ignore"], longValues: ["--class", "--classdata"] },
  setsid: { flags: "cfw", longFlags: ["--ctty", "--fork", "--wait"] },
  stdbuf: { values: "ioe", longValues: ["--input", "--output", "--error"] },
  timeout: {
    flags: "vf",
    values: "ks",
    operands: 1,
    longFlags: ["--foreground", "--preserve-status", "--verbose"],
    longValues: ["--kill-after", "--signal"],
  },
  env: {
    flags: "i0v",
    values: "uC",
    assignments: true,
    longFlags: ["--ignore-environment", "--null", "--debug"],
    longValues: ["--unset", "--chdir"],
    directory: ["-C", "--chdir"],
  },
  sudo: {
    own: true,
    assignments: true,
    flags: "AbEHKknPSVlv",
    values: "CDghpRTtUu",
    longFlags: ["--preserve-env", "--non-interactive", "--set-home", "--stdin", "--background", "--list", "--validate"],
    longValues: ["--user", "--group", "--prompt", "--chdir", "--host"],
    directory: ["-D", "--chdir"],
  },
  doas: { own: true, flags: "nL", values: "uC" },
  busybox: {},
  toybox: {},
  caffeinate: { flags: "dimsu", values: "tw" },
  xargs: {
    open: true,
    flags: "0rtpxo",
    values: "adEILnPsJRS",
    attached: "eil",
    longFlags: [
      "--null",
      "--no-run-if-empty",
      "--verbose",
      "--interactive",
      "--exit",
      "--show-limits",
      "--open-tty",
      "--replace",
      "--max-lines",
      "--eof",
    ],
    longValues: ["--arg-file", "--delimiter", "--max-args", "--max-procs", "--max-chars", "--process-slot-var"],
  },
  npx: runner(),
  bunx: runner(),
  uvx: runner(),
  pipx: { ...runner(), operands: 1 },
};

function runner(): Wrapper {
  return {
    own: true,
    flags: "yq",
    values: "p",
    longFlags: ["--yes", "--no", "--no-install", "--quiet", "--bun", "--ignore-existing", "--prefer-offline", "--offline"],
    longValues: ["--package", "--prefix", "--from", "--with", "--python", "--workspace"],
  };
}

/** Two words that run the command behind them, as `npx` does. */
export const runnerPairs: ReadonlySet<string> = new Set([
  "npm exec",
  "npm x",
  "pnpm dlx",
  "pnpm exec",
  "yarn dlx",
  "yarn exec",
  "bun x",
  "uv run",
  "poetry run",
  "pipenv run",
  "bundle exec",
  "pipx run",
  "conda run",
  "rbenv exec",
  "pyenv exec",
  "asdf exec",
  "mise exec",
  "mise x",
  "volta run",
  "nvm exec",
]);

export const shells: ReadonlySet<string> = new Set(["sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "rbash", "fish", "csh", "tcsh"]);

/** Programs that run whatever they are told, in ways of their own: judged by their name, and never taken as understood. */
export const runsAnything: ReadonlySet<string> = new Set(
  "chronic catchsegv hyperfine nodemon watchexec concurrently cross-env cross-env-shell npm-run-all dotenv direnv nix-shell nix devbox eval su runuser chroot unshare nsenter setpriv capsh bwrap firejail systemd-run at batch crontab script expect screen tmux watch parallel entr strace ltrace gdb lldb valgrind perf ssh start-stop-daemon daemonize run-parts rlwrap unbuffer proot fakeroot fakechroot linux32 linux64 setarch chrt taskset prlimit flock dbus-run-session ssh-agent numactl torsocks proxychains ed ex vi vim nvim view emacs emacsclient nano pico joe m4 ld.so inotifywait socat nc ncat netcat telnet ftp lftp rlogin sqlite3 mysql psql gnuplot latex pdflatex xelatex tex bpftrace tclsh wish fc jshell ghci irb scala xdg-open choom uclampset sg newgrp pkexec run0 runcon dc logrotate vidir qmv imv mc ranger".split(
    " ",
  ),
);

/** Options with which a program that is harmless otherwise runs another one. */
export const launchingOptions: Readonly<Record<string, RegExp>> = {
  docker: /^(run|exec)$/,
  podman: /^(run|exec|unshare)$/,
  cmake: /^(-E|-P)$/,
  cargo: /^--config(=|$)/,
  go: /^--?(exec|toolexec|vettool)(=|$)/,
  ...Object.fromEntries(["gcc", "g++", "cc", "c++", "clang", "clang++"].map((name) => [name, /^(-wrapper|-B|-fplugin|-specs)/])),
  php: /^(-d)?(auto_prepend_file|auto_append_file|extension)=/,
  mvn: /^(exec:|-Dexec\.)/,
  gradle: /^(-I|--init-script)/,
  rake: /^(-e|-E|-r|--execute)/,
  ruby: /^-S/,
  perl: /^-\w*x/,
  kubectl: /^(exec|run|debug)$/,
  // Long options may be cut short where they stay clear.
  tar: /^(--checkpoint-a|--to-c|--us|--rs|--rm|--inf|--new-v|-[^\WfCTXbgHKLNVIF]*[IF])/,
  rsync: /^(--rs|-[^\WfBTM]*e)/,
  scp: /^(-S|-o)/,
  sftp: /^(-S|-o|-D)/,
  sort: /^--comp/,
  split: /^--fi/,
  zip: /^(-TT|--unzip-command)/,
  man: /^(-P|-H|--pager|--html)/,
  less: /^\+/,
  fzf: /^--(preview|bind)/,
  rg: /^--(pre|hostname-bin)(=|$)/,
  ctags: /^--options/,
  curl: /^(-K|--conf|--libcurl)/,
  wget: /^(--use-a|--conf|-e|--exe)/,
  hash: /^-\w*p/,
  set: /^(-\w*k|keyword$)/,
  enable: /^-f/,
  mapfile: /^-\w*C/,
  readarray: /^-\w*C/,
  complete: /^-\w*[CFW]/,
  compgen: /^-\w*[CFW]/,
  bind: /^-x/,
  dpkg: /^--(pre|post)-invoke/,
  openssl: /^(engine|-engine)/,
  bat: /^--pager/,
};
