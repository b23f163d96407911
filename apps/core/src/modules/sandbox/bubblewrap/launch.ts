import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { dirname } from "node:path";
import { inside, type SandboxPlace } from "../driver.ts";
import { type Identity, ownerArguments } from "../identity.ts";

export interface LaunchPaths {
  readonly bubblewrap: string;
  readonly node: string;
  readonly program: string;
}

/** What of /etc a program needs to resolve names and users and to trust certificates; nothing of it is secret. */
const sharedEtc = [
  "/etc/alternatives",
  "/etc/ssl/certs",
  "/etc/ca-certificates.conf",
  "/etc/ld.so.cache",
  "/etc/ld.so.conf",
  "/etc/localtime",
];
const stageCandidates = ["/mnt", "/media", "/srv", "/run/lock"];

/**
 * The shell script that starts one sandbox. It stays as the parent of bubblewrap: killing it kills the sandbox, and the
 * worker's end doesn't touch it. As root it first shows the directories at a neutral place in a mount namespace of its own
 * (the sandbox's user may not be able to walk to them), then gives up root for the sandbox's own user.
 */
export function launchScript(input: {
  place: SandboxPlace;
  paths: LaunchPaths;
  identity: Identity;
  groups: readonly string[];
  tmpBytes: number;
  processes: number;
  fileMaxBytes: number;
}): string {
  const { place, paths, identity, groups } = input;
  const sources = { root: place.root, program: paths.program, node: paths.node, bubblewrap: paths.bubblewrap };
  const staged = identity.kind === "own" ? stage(sources) : null;
  const at = staged?.at ?? sources;
  const command = [
    "exec",
    ...(identity.kind === "own" ? dropRoot(identity.uid) : []),
    quote(paths.bubblewrap),
    ...argumentsOf(input, at).map(quote),
  ];
  const lines = [
    "set -e",
    ...(staged?.script ?? []),
    // Here and not by the worker, which is large: to start a program costs it as much as the rest of this.
    ...(identity.kind === "own" ? [["chown", ...ownerArguments(identity.uid, [`${at.root}/workspace`, `${at.root}/home`])].join(" ")] : []),
    // The lines after it keep the shell from becoming bubblewrap, which would then die with the worker.
    `(\n${groups.map((file) => `echo 0 > ${quote(file)}`).join("\n")}\n${command.join(" ")}\n) || true`,
    ...groups.map((file) => `rmdir ${quote(dirname(file))} 2>/dev/null || true`),
    ":",
  ];
  return staged ? `exec unshare --mount --propagation private sh -c ${quote(lines.join("\n"))}` : lines.join("\n");
}

type Sources = Record<"root" | "program" | "node" | "bubblewrap", string>;

function stage(sources: Sources): { at: Sources; script: string[] } {
  const directory = stageCandidates.find(
    (candidate) => existsSync(candidate) && !Object.values(sources).some((source) => source.startsWith(`${candidate}/`)),
  );
  if (!directory) throw new Error("no directory to stage a sandbox at");
  const at = { ...sources, root: `${directory}/sandbox`, program: `${directory}/agent`, node: `${directory}/node` };
  const script = [
    `mount -n -t tmpfs -o mode=755,size=64k,nosuid,nodev sandbox ${directory}`,
    `mkdir ${at.root} ${at.program}`,
    `: > ${at.node}`,
    `mount -n --bind ${quote(sources.root)} ${at.root}`,
    `mount -n --bind ${quote(sources.program)} ${at.program}`,
    `mount -n --bind ${quote(sources.node)} ${at.node}`,
  ];
  return { at, script };
}

function dropRoot(uid: number): string[] {
  return ["setpriv", "--reuid", String(uid), "--regid", String(uid), "--clear-groups", "--inh-caps=-all", "--"];
}

function argumentsOf(input: { tmpBytes: number; processes: number; fileMaxBytes: number }, at: Sources): string[] {
  const tmpfs = (path: string) => ["--size", String(input.tmpBytes), "--tmpfs", path];
  const limits = [
    // What the worker has inherited from whoever started it must not be inherited further.
    `for fd in /proc/self/fd/*; do fd="\${fd##*/}"; [ "$fd" -le 2 ] || eval "exec $fd>&-"; done`,
    `ulimit -c 0 -n 4096 -f ${Math.ceil(input.fileMaxBytes / 1024)}`,
    // Kernels before 5.14 count the user's processes outside too and may refuse; the control group holds them then.
    `ulimit -u ${input.processes} 2>/dev/null`,
    'exec "$@"',
  ].join("; ");
  return [
    ...["--unshare-all", "--die-with-parent", "--new-session", "--uid", "1000", "--gid", "1000", "--hostname", "sandbox"],
    ...["--cap-drop", "ALL", "--clearenv"],
    ...["--setenv", "PATH", inside.path, "--setenv", "HOME", inside.home, "--setenv", "LANG", "C.UTF-8", "--setenv", "TERM", "dumb"],
    ...systemDirectories(),
    ...[
      "--proc",
      "/proc",
      "--dev",
      "/dev",
      ...tmpfs("/dev/shm"),
      ...["--remount-ro", "/dev"],
      ...tmpfs("/tmp"),
      "--dir",
      "/home",
      "--bind",
      `${at.root}/home`,
      inside.home,
    ],
    ...["--dir", "/etc", ...sharedEtc.flatMap((path) => ["--ro-bind-try", path, path]), ...userFiles(at)],
    ...["--ro-bind", at.program, inside.program, "--ro-bind", at.node, inside.node, "--ro-bind", at.bubblewrap, "/opt/opencode/bin/bwrap"],
    ...["--bind", `${at.root}/workspace`, inside.workspace, "--bind", `${at.root}/control`, inside.control],
    ...["--ro-bind", `${at.root}/egress`, inside.egress],
    ...["--bind", `${at.root}/outputs`, inside.outputs, "--remount-ro", "/", "--chdir", inside.workspace],
    ...["--", "bash", "-c", limits, "agent", inside.node, "--no-warnings", "--max-old-space-size=256", `${inside.program}/main.mjs`],
  ];
}

function userFiles(at: Sources): string[] {
  return ["passwd", "group", "hosts", "nsswitch.conf"].flatMap((name) => ["--ro-bind", `${at.program}/etc-${name}`, `/etc/${name}`]);
}

/** /usr and its companions: links where the distribution has merged them into /usr, directories elsewhere. */
function systemDirectories(): string[] {
  const companions = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"].flatMap((path) => {
    if (!existsSync(path)) return [];
    return lstatSync(path).isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
  });
  return ["--ro-bind", "/usr", "/usr", ...companions];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
