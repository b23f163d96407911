import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { AgentConfig } from "@opencode/core/modules/sandbox/agent/protocol.ts";
import { watchLimits } from "./limit-watch.ts";
import { descendantsOf } from "./processes.ts";
import { commandEnvironment, spawnConfined, stopConfined } from "./run-command.ts";
import { Scrollback } from "./scrollback.ts";

// A shell that is not interactive takes PS1 out of the environment: it comes by another name.
const shell = 'stty cols "$TERMINAL_COLS" rows "$TERMINAL_ROWS" 2>/dev/null; PS1="$TERMINAL_PROMPT" exec bash --norc -i';
/** util-linux is in every Debian and Alpine-with-bash image we know; python stands in where it is not. */
const command = `
if command -v script >/dev/null; then
  case "$(script --help 2>&1)" in *--echo*) exec script -q -f -E always -c "$TERMINAL_SHELL" /dev/null;; esac
  exec script -q -f -c "$TERMINAL_SHELL" /dev/null
elif command -v python3 >/dev/null; then
  exec python3 -c 'import os, pty; pty.spawn(["sh", "-c", os.environ["TERMINAL_SHELL"]])'
fi
echo "This sandbox has neither script (util-linux) nor python3: a terminal needs one of them."
exit 127`;

const pausePerChunkMs = 2;

/** A shell at a pseudo-terminal, made by a program of the sandbox: Node has none, and the agent has no native module. */
export class Terminal {
  /** tells it from a later one of the same name */
  readonly id = randomBytes(8).toString("hex");
  readonly output = new Scrollback();
  exitCode: number | null = null;
  ended = false;
  size: { readonly cols: number; readonly rows: number };
  lastSeenAt = performance.now();
  private readonly config: AgentConfig;
  private readonly child: ReturnType<typeof spawnConfined>;
  private device: string | null = null;

  constructor(config: AgentConfig, size: { cols: number; rows: number }, proxy: { port: number; release(): void } | null) {
    this.config = config;
    this.size = size;
    this.child = spawnConfined(
      config,
      { command, cwd: config.workspace, readOnly: false, network: "proxy" },
      {
        stdio: ["pipe", "pipe", "pipe"],
        environment: {
          ...commandEnvironment(config, proxy?.port ?? null),
          TERM: "xterm-256color",
          COLORTERM: "truecolor",
          TERMINAL_PROMPT: "\\[\\e[32m\\]\\w\\[\\e[0m\\] \\$ ",
          TERMINAL_SHELL: shell,
          TERMINAL_COLS: String(size.cols),
          TERMINAL_ROWS: String(size.rows),
        },
      },
    );
    const { child } = this;
    const unwatch = watchLimits(config, child.pid ?? -1, (reason) => {
      this.output.push(Buffer.from(`\r\n[the terminal was ended: over the limit of ${reason}]\r\n`));
      this.close();
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.output.push(chunk);
        // An endless output takes no processor from others.
        stream.pause();
        setTimeout(() => stream.resume(), pausePerChunkMs);
      });
    }
    child.stdin?.on("error", () => undefined);
    const end = (code: number | null) => {
      if (this.ended) return;
      unwatch();
      proxy?.release();
      this.ended = true;
      this.exitCode = code;
      this.output.wake();
    };
    child.once("error", () => end(127));
    child.once("close", end);
  }

  write(bytes: Buffer): void {
    if (!this.ended) this.child.stdin?.write(bytes);
  }

  /** Bytes that the shell has not taken yet. */
  get waitingBytes(): number {
    return this.child.stdin?.writableLength ?? 0;
  }

  resize(cols: number, rows: number): void {
    this.size = { cols, rows };
    this.applySize(50);
  }

  close(): void {
    stopConfined(this.config, this.child);
  }

  /** The device is there a moment after the start. */
  private applySize(attempts: number): void {
    this.device ??= findDevice(this.child.pid ?? -1);
    const { device, size, ended } = this;
    if (ended) return;
    if (!device) {
      if (attempts > 0) setTimeout(() => this.applySize(attempts - 1), 20);
      return;
    }
    const options = { env: { PATH: this.config.path }, timeout: 5_000 };
    execFile("stty", ["-F", device, "cols", String(size.cols), "rows", String(size.rows)], options, () => undefined);
  }
}

const firstPseudoTerminalMajor = 136;

/**
 * The pseudo-terminal that controls a process below `pid`, by its device number: the links in /proc/<pid>/fd can't be followed out
 * of the command's own view.
 */
function findDevice(pid: number): string | null {
  for (const descendant of descendantsOf(pid)) {
    const device = controllingDevice(descendant);
    if (device >> 8 === firstPseudoTerminalMajor) return `/dev/pts/${device & 0xff}`;
  }
  return null;
}

function controllingDevice(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[4]);
  } catch {
    return 0; // it ended while we looked
  }
}
