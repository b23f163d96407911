import { env } from "../../platform/env.ts";
import { AppError } from "../../platform/errors.ts";
import { type GitEnd, type GitProcess, type GitStreams, spawnGit } from "../../platform/git-process.ts";
import { limits } from "../../platform/limits.ts";
import { asDiskFull } from "./disk-full.ts";
import { gitRunner } from "./git-runner.ts";

/** A run of git that did not end well. `stderr` is cut and holds no secret; it is for the log and for `explainGitFailure`. */
export class GitError extends Error {
  override readonly name = "GitError";
  readonly reason: "exit" | "timeout" | "aborted" | "output" | "missing" | "unstarted";
  readonly exitCode: number | null;
  readonly stderr: string;
  constructor(reason: GitError["reason"], command: string, exitCode: number | null, stderr: string) {
    super(`git ${command}: ${reason}${exitCode === null ? "" : ` ${exitCode}`}: ${stderr.slice(0, 500)}`);
    this.reason = reason;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

export interface GitRun extends GitStreams {
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
  readonly timeoutMs?: number;
  readonly maxOutputBytes?: number;
  /** what goes in or comes out may be large: no other process passes it on, where everybody's runs would wait for it */
  readonly isLarge?: boolean;
  /** texts that must not appear in an error */
  readonly secrets?: readonly string[];
  readonly signal?: AbortSignal;
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

function gitEnvironment(run: GitRun): Record<string, string> {
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
  return { ...base, ...run.environment };
}

function redact(text: string, secrets: readonly string[]): string {
  const hidden = secrets.filter((secret) => secret !== "").reduce((result, secret) => result.replaceAll(secret, "[redacted]"), text);
  return hidden.replace(/\/\/[^/@\s]+@/g, "//[redacted]@");
}

/**
 * Runs git; the one place that does. No configuration of the machine or of a user, no hooks, no prompts, no transport
 * that was not named. Its whole process group is ended on time-out, abort, or too much output. Throws GitError, and BAD_REQUEST
 * for a text that no process can be given.
 */
export async function runGit(args: readonly string[], run: GitRun = {}): Promise<Buffer> {
  const command = args[0] ?? "";
  const secrets = run.secrets ?? [];
  run.signal?.throwIfAborted();
  const git: GitProcess = {
    args,
    cwd: run.cwd ?? "/",
    environment: gitEnvironment(run),
    timeoutMs: run.timeoutMs ?? limits.repository.fetchTimeoutMs,
    maxOutputBytes: run.maxOutputBytes ?? 256 * 1024 * 1024,
    ...(run.input === undefined ? {} : { input: run.input }),
  };
  if ([...args, git.cwd, ...Object.values(git.environment)].some((text) => text.includes("\0")))
    throw new AppError("BAD_REQUEST", "A path or a name holds a NUL character, which none can. Take it out.");
  const { exitCode, reason, stdout, stderr } = await endOf(git, run);
  if (exitCode === 0 && reason === null) return stdout;
  const error = new GitError(reason ?? "exit", command, exitCode, redact(stderr, secrets));
  throw asDiskFull(error) ?? error;
}

/** Streams and what is large are this process's own: such runs are rare, and long. */
function endOf(git: GitProcess, run: GitRun): Promise<GitEnd> {
  const isOwn = run.isLarge || run.writeInput || run.onStdout || run.onStderr;
  return isOwn ? spawnGit(git, run.signal, run) : gitRunner()(git, run.signal);
}

/** `runGit` for one line of text. */
export async function gitLine(args: readonly string[], run: GitRun = {}): Promise<string> {
  return (await runGit(args, run)).toString("utf8").trim();
}
