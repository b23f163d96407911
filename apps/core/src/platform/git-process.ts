import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Writable } from "node:stream";

/** One git to be run, as plain data: it can be handed to another process. */
export interface GitProcess {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
}

/** What it came to. `reason` says why it was ended before its time, or never began (`missing`: there is no git). */
export interface GitEnd {
  readonly exitCode: number | null;
  readonly reason: "timeout" | "aborted" | "output" | "missing" | "unstarted" | null;
  readonly stdout: Buffer;
  /** the last lines of it */
  readonly stderr: string;
}

/** What only somebody in the same process can give. */
export interface GitStreams {
  /**
   * Writes stdin as git reads it, in place of `input`; when it throws, git is killed and that is the error, unless git had
   * stopped reading before: why it did is the error then.
   */
  readonly writeInput?: (stdin: Writable) => Promise<void>;
  /** takes stdout as it comes, instead of it being kept */
  readonly onStdout?: (chunk: Buffer) => void;
  /** hears what git says, as it says it */
  readonly onStderr?: (text: string) => void;
  /** hears which process it is; its group has the same number */
  readonly onStart?: (pid: number) => void;
}

const maxStderrChars = 8_192;
/** what git gets to take its lock files and half packs away */
const graceMs = 2_000;

/** Signals a process and all that it has started. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It ended by itself in the meantime.
  }
}

/** The newest of what git said, from the beginning of a line: a secret is never cut in half before it is looked for. */
function lastLines(text: string): string {
  if (text.length <= maxStderrChars) return text;
  const kept = text.slice(-maxStderrChars);
  return kept.slice(kept.search(/[\r\n]/) + 1);
}

/** For one that never began: too many processes or open files, arguments that no process can be given. */
function unstarted(error: unknown): GitEnd {
  const reason = error instanceof Error && "code" in error && error.code === "ENOENT" ? "missing" : "unstarted";
  return { exitCode: null, reason, stdout: Buffer.alloc(0), stderr: error instanceof Error ? error.message : String(error) };
}

/**
 * Starts git and waits for its end; its whole process group is ended on time-out, abort, or too much output. Rejects with
 * nothing but what `writeInput` throws.
 */
export function spawnGit(git: GitProcess, signal?: AbortSignal, streams: GitStreams = {}): Promise<GitEnd> {
  return new Promise<GitEnd>((resolve, reject) => {
    // Next's types ask every environment for NODE_ENV; git does not read it.
    const env = { ...git.environment, NODE_ENV: "production" as const };
    let child: ChildProcessWithoutNullStreams;
    try {
      child = spawn("git", git.args, { cwd: git.cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    } catch (error) {
      return resolve(unstarted(error));
    }
    if (child.pid !== undefined) streams.onStart?.(child.pid);
    const chunks: Buffer[] = [];
    let bytes = 0;
    let stderr = "";
    let reason: GitEnd["reason"] = null;
    let failure: { readonly error: unknown; readonly isGitsDoing: boolean } | null = null;
    let murder: NodeJS.Timeout | null = null;
    const kill = (why: NonNullable<GitEnd["reason"]>) => {
      reason ??= why;
      signalGroup(child.pid, "SIGTERM");
      murder ??= setTimeout(() => signalGroup(child.pid, "SIGKILL"), graceMs);
    };
    const onAbort = () => kill("aborted");
    const timer = setTimeout(() => kill("timeout"), git.timeoutMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    const finish = () => {
      clearTimeout(timer);
      if (murder) clearTimeout(murder);
      signal?.removeEventListener("abort", onAbort);
    };
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > git.maxOutputBytes) kill("output");
      else if (streams.onStdout) streams.onStdout(chunk);
      else chunks.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr = lastLines(stderr + chunk.toString("utf8"));
      streams.onStderr?.(stderr);
    });
    child.on("error", (error) => {
      finish();
      resolve(unstarted(error));
    });
    child.on("close", (exitCode) => {
      finish();
      if (failure && !(failure.isGitsDoing && (exitCode !== 0 || reason !== null))) reject(failure.error);
      else resolve({ exitCode, reason, stdout: Buffer.concat(chunks), stderr });
    });
    // A git that fails early closes its stdin: the failure is told by its exit code, not by the broken pipe.
    child.stdin.on("error", () => undefined);
    if (!streams.writeInput) child.stdin.end(git.input);
    else
      streams.writeInput(child.stdin).then(
        () => child.stdin.end(),
        (error: unknown) => {
          failure = { error, isGitsDoing: child.stdin.destroyed };
          if (!failure.isGitsDoing) kill("aborted");
        },
      );
  });
}
