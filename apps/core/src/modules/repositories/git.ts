import { spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { env } from "../../platform/env.ts";
import { limits } from "../../platform/limits.ts";
import { asDiskFull } from "./disk-full.ts";

/** A run of git that did not end well. `stderr` is cut and holds no secret; it is for the log and for `explainGitFailure`. */
export class GitError extends Error {
  override readonly name = "GitError";
  readonly reason: "exit" | "timeout" | "aborted" | "output" | "missing";
  readonly exitCode: number | null;
  readonly stderr: string;
  constructor(reason: GitError["reason"], command: string, exitCode: number | null, stderr: string) {
    super(`git ${command}: ${reason}${exitCode === null ? "" : ` ${exitCode}`}: ${stderr.slice(0, 500)}`);
    this.reason = reason;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

export interface GitRun {
  /** where git runs; never a directory that a sandbox can write, other than as `workTree` */
  readonly cwd?: string;
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly indexFile?: string;
  /** settings of this run; they go by the environment, where process lists don't show them */
  readonly config?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** transports that may be used, e.g. "https"; none when left out */
  readonly protocols?: readonly string[];
  readonly input?: string | Buffer;
  /** writes stdin as git reads it, in place of `input`; when it throws, git is killed and that is the error */
  readonly writeInput?: (stdin: Writable) => Promise<void>;
  readonly timeoutMs?: number;
  readonly maxOutputBytes?: number;
  /** texts that must not appear in an error */
  readonly secrets?: readonly string[];
  readonly signal?: AbortSignal;
  /** takes stdout as it comes, instead of it being kept */
  readonly onStdout?: (chunk: Buffer) => void;
  /** hears what git says, as it says it */
  readonly onStderr?: (text: string) => void;
}

// What a repository's content or configuration could make git run or reach, switched off for every run.
const safeConfig: Readonly<Record<string, string>> = {
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  "core.untrackedCache": "false",
  "core.attributesFile": "/dev/null",
  "core.excludesFile": "/dev/null",
  "core.sshCommand": "false",
  "core.askPass": "",
  "core.pager": "cat",
  "core.editor": "false",
  "core.protectHFS": "true",
  "core.protectNTFS": "true",
  "core.alternateRefsCommand": "false",
  "credential.helper": "",
  "diff.external": "",
  "protocol.ext.allow": "never",
  "submodule.recurse": "false",
  "fetch.recurseSubmodules": "false",
  "gc.auto": "0",
  "maintenance.auto": "false",
  "init.templateDir": "",
  "init.defaultBranch": "main",
  "safe.directory": "*",
  "advice.detachedHead": "false",
};

function gitEnvironment(run: GitRun): NodeJS.ProcessEnv {
  const { PATH, HTTPS_PROXY, NO_PROXY, GIT_SSL_CAINFO } = env();
  const settings = Object.entries({ ...safeConfig, ...run.config });
  const base: Record<string, string> = {
    PATH,
    HOME: "/nonexistent",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    // What a partial repository lacks is an error, never a reason to ask a server for it.
    GIT_NO_LAZY_FETCH: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: run.protocols?.join(":") ?? "none",
    GIT_PROTOCOL_FROM_USER: "0",
    GIT_CONFIG_COUNT: String(settings.length),
  };
  for (const [index, [key, value]] of settings.entries()) {
    base[`GIT_CONFIG_KEY_${index}`] = key;
    base[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  if (HTTPS_PROXY) base.HTTPS_PROXY = HTTPS_PROXY;
  if (NO_PROXY) base.NO_PROXY = NO_PROXY;
  if (GIT_SSL_CAINFO) base.GIT_SSL_CAINFO = GIT_SSL_CAINFO;
  if (run.gitDir) base.GIT_DIR = run.gitDir;
  if (run.workTree) base.GIT_WORK_TREE = run.workTree;
  if (run.indexFile) base.GIT_INDEX_FILE = run.indexFile;
  // Next's types ask every environment for NODE_ENV; git does not read it.
  return { ...base, ...run.environment, NODE_ENV: "production" };
}

const maxStderrChars = 8_192;
/** what git gets to take its lock files and half packs away */
const graceMs = 2_000;

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
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

function redact(text: string, secrets: readonly string[]): string {
  const hidden = secrets.filter((secret) => secret !== "").reduce((result, secret) => result.replaceAll(secret, "[redacted]"), text);
  return hidden.replace(/\/\/[^/@\s]+@/g, "//[redacted]@");
}

/**
 * Runs git; the one place that does. No configuration of the machine or of a user, no hooks, no prompts, no transport
 * that was not named. Its whole process group is ended on time-out, abort, or too much output. Throws GitError.
 */
export async function runGit(args: readonly string[], run: GitRun = {}): Promise<Buffer> {
  const command = args[0] ?? "";
  const secrets = run.secrets ?? [];
  const maxOutputBytes = run.maxOutputBytes ?? 256 * 1024 * 1024;
  run.signal?.throwIfAborted();
  return await new Promise<Buffer>((resolve, reject) => {
    const child = spawn("git", args, { cwd: run.cwd ?? "/", env: gitEnvironment(run), detached: true, stdio: ["pipe", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let stderr = "";
    let reason: GitError["reason"] | null = null;
    let failure: unknown = null;
    let murder: NodeJS.Timeout | null = null;
    const kill = (why: GitError["reason"]) => {
      reason ??= why;
      signalGroup(child.pid, "SIGTERM");
      murder ??= setTimeout(() => signalGroup(child.pid, "SIGKILL"), graceMs);
    };
    const onAbort = () => kill("aborted");
    const timer = setTimeout(() => kill("timeout"), run.timeoutMs ?? limits.repository.fetchTimeoutMs);
    run.signal?.addEventListener("abort", onAbort, { once: true });
    const finish = () => {
      clearTimeout(timer);
      if (murder) clearTimeout(murder);
      run.signal?.removeEventListener("abort", onAbort);
    };
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxOutputBytes) kill("output");
      else if (run.onStdout) run.onStdout(chunk);
      else chunks.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr = lastLines(stderr + chunk.toString("utf8"));
      run.onStderr?.(stderr);
    });
    child.on("error", (error) => {
      finish();
      reject(new GitError("missing", command, null, redact(error.message, secrets)));
    });
    child.on("close", (exitCode) => {
      finish();
      if (failure !== null && (exitCode !== 0 || reason !== null)) reject(failure);
      else if (exitCode === 0 && reason === null) resolve(Buffer.concat(chunks));
      else {
        const error = new GitError(reason ?? "exit", command, exitCode, redact(stderr, secrets));
        reject(asDiskFull(error) ?? error);
      }
    });
    // A git that fails early closes its stdin: the failure is told by its exit code, not by the broken pipe.
    child.stdin.on("error", () => undefined);
    if (!run.writeInput) child.stdin.end(run.input);
    else
      run.writeInput(child.stdin).then(
        () => child.stdin.end(),
        (error: unknown) => {
          failure ??= error;
          kill("aborted");
        },
      );
  });
}

/** `runGit` for one line of text. */
export async function gitLine(args: readonly string[], run: GitRun = {}): Promise<string> {
  return (await runGit(args, run)).toString("utf8").trim();
}
