import { z } from "zod";

export const sandboxDrivers = ["bubblewrap", "docker"] as const;
export const sandboxDriverSchema = z.enum(sandboxDrivers);
export type SandboxDriverName = z.infer<typeof sandboxDriverSchema>;

export const sandboxStates = ["requested", "creating", "setup", "ready", "busy", "hibernated", "resumed", "destroyed", "failed"] as const;
export const sandboxStateSchema = z.enum(sandboxStates);
export type SandboxState = z.infer<typeof sandboxStateSchema>;

/** Whether this machine can run sandboxes, and if not, what to install. */
export type SandboxAvailability =
  | { readonly available: true; readonly driver: SandboxDriverName; readonly version: string }
  | { readonly available: false; readonly reason: string; readonly install: string };

/** What one execution may do at most; what is left out is not held back. */
export interface ExecAccess {
  /** "read-only": the workspace is mounted so; writes fail with EROFS */
  readonly workspace?: "read-write" | "read-only";
  /** "none": no network at all, also where the sandbox has some */
  readonly network?: "policy" | "none";
}

export interface ExecRequest {
  /** Executions are journaled by this id: the same id never runs twice. */
  readonly callId: string;
  /** run by `bash -c` in the workspace's root or `cwd` below it */
  readonly command: string;
  readonly cwd?: string;
  readonly timeoutMs: number;
  readonly access?: ExecAccess;
  /** written to its standard input, which is closed then; empty when left out */
  readonly stdin?: string;
}

export interface ExecResult {
  /** null when it was killed */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly aborted: boolean;
  /** The sandbox ended while the command ran: what it had done by then is unknown, and it is not run again. */
  readonly interrupted?: true;
  /** The command was killed because it went over this limit. */
  readonly stoppedFor?: "memory" | "disk";
  /** stdout and stderr as they came, cut in the middle when over the limit; the whole is at `outputFile` */
  readonly output: string;
  readonly truncated: boolean;
  /** path inside the sandbox of the whole output, when truncated */
  readonly outputFile: string | null;
  readonly durationMs: number;
}

export interface FileStat {
  readonly kind: "file" | "directory" | "symlink" | "other";
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

/** Paths are relative to the workspace's root or absolute below `/workspace`; anything else is refused (BAD_REQUEST). */
export interface OpenSandbox {
  readonly id: string;
  readonly driver: SandboxDriverName;
  /** the workspace's root as the host sees it; git work only through `repositories` */
  readonly hostDirectory: string;
  /** Runs a command, or waits for / answers with the execution that this call id already has. */
  exec(request: ExecRequest, options?: { onOutput?: (chunk: string) => void; signal?: AbortSignal }): Promise<ExecResult>;
  readFile(path: string, options?: { maxBytes?: number }): Promise<{ content: Uint8Array; stat: FileStat; truncated: boolean }>;
  /** Creates parent directories; replaces atomically. Journaled by call id like an execution. */
  writeFile(callId: string, path: string, content: Uint8Array | string): Promise<FileStat>;
  /** What `writeFile` answered for this call id, or null when it never wrote: tells a repeated edit that it is done. */
  journaledWrite?(callId: string): Promise<FileStat | null>;
  stat(path: string): Promise<FileStat | null>;
  list(path: string, options?: { maxEntries?: number }): Promise<readonly { path: string; kind: FileStat["kind"] }[]>;
  glob(pattern: string, options?: { path?: string; maxHits?: number }): Promise<{ paths: readonly string[]; truncated: boolean }>;
  grep(
    pattern: string,
    options?: { path?: string; include?: string; maxHits?: number },
  ): Promise<{ hits: readonly { path: string; line: number; text: string }[]; truncated: boolean }>;
  /** Lets go of the connection; the sandbox and what runs in it stay. */
  close(): Promise<void>;
}
