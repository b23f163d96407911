import { z } from "zod";

export {
  type TerminalAction,
  type TerminalOutput,
  terminalActionSchema,
  terminalNameSchema,
  terminalOutputSchema,
} from "./terminal/contract.ts";

export const sandboxDrivers = ["bubblewrap", "docker", "kubernetes", "seatbelt"] as const;
export const sandboxDriverSchema = z.enum(sandboxDrivers);
export type SandboxDriverName = z.infer<typeof sandboxDriverSchema>;

export const sandboxStates = ["requested", "creating", "setup", "ready", "busy", "hibernated", "resumed", "destroyed", "failed"] as const;
export const sandboxStateSchema = z.enum(sandboxStates);
export type SandboxState = z.infer<typeof sandboxStateSchema>;

/** `none`: no way out; `allowlist`: the package registries and the workspace's own hosts; `full`: every public host. */
export const networkModes = ["none", "allowlist", "full"] as const;
export const networkModeSchema = z.enum(networkModes);
export type NetworkMode = z.infer<typeof networkModeSchema>;

/** "example.com", or "*.example.com" for every name below it (not for itself). Names only: addresses can't be let through. */
export const hostPatternSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(
    /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "must be a host name such as example.com or *.example.com",
  );

export const sandboxLimitsSchema = z.object({
  memoryMb: z.number().int().min(256),
  processes: z.number().int().min(32),
  cpus: z.number().min(0.25),
  diskMb: z.number().int().min(256),
});
export type SandboxLimitsView = z.infer<typeof sandboxLimitsSchema>;

/** What a workspace sets for all of its sandboxes; repositories may only narrow it. */
export const sandboxPolicySchema = z.object({
  network: networkModeSchema,
  /** besides the package registries, where `network` is "allowlist" */
  extraHosts: z.array(hostPatternSchema).max(200),
  /** at most the installation's own (`ceiling` of sandboxes.policy.get) */
  limits: sandboxLimitsSchema,
  /** processes are dropped after as long without use; the workspace stays */
  idleMinutes: z.number().int().min(1).max(240),
  /** the sandbox with its workspace is removed after as long without use; the next use makes it again from the last snapshot */
  retentionDays: z.number().int().min(1).max(365),
  /** sandboxes that are started ahead on each machine */
  warmPool: z.number().int().min(0).max(5),
});
export type SandboxPolicy = z.infer<typeof sandboxPolicySchema>;

export interface SandboxPolicyView {
  readonly policy: SandboxPolicy;
  /** what every workspace is let through to in the mode "allowlist", and why */
  readonly registries: readonly { readonly host: string; readonly why: string }[];
  readonly ceiling: SandboxLimitsView;
}

/** A value that setup commands find in their environment, and nobody else ever: it can't be read back. */
export const setupSecretSchema = z.object({
  name: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{0,63}$/, "must look like NPM_TOKEN: capital letters, digits and _")
    .refine(
      (name) => !/^(PATH|HOME|ENV|SHELL|IFS|BASH_.*|LD_.*|NODE_.*|PYTHON.*|GIT_.*|.*_PROXY)$/.test(name),
      "is a name that changes how programs run",
    ),
  value: z.string().min(8, "is too short to be kept out of logs").max(8_192),
});

export interface SetupSecretView {
  readonly name: string;
  readonly updatedAt: Date;
}

export interface BlockedHost {
  readonly host: string;
  readonly port: number;
  readonly reason: string;
}

export const blockedRecordSchema = z.object({
  host: z.string(),
  port: z.number().int(),
  reason: z.string(),
  count: z.number().int(),
  lastAt: z.string(),
});
export type BlockedRecord = z.infer<typeof blockedRecordSchema>;

export const setupReportSchema = z.object({
  state: z.enum(["none", "running", "done", "failed"]),
  /** where the commands come from: "opencode.jsonc", ".devcontainer/devcontainer.json" */
  source: z.string().nullable(),
  commands: z.array(z.string()),
  /** the last 64 KB of what they said; secrets are left out */
  log: z.string(),
  /** when the result that was used instead of running them was made (ISO); null: they ran */
  cachedAt: z.string().nullable(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  error: z.string().nullable(),
});
export type SetupReport = z.infer<typeof setupReportSchema>;

/** What the page shows of a session's sandbox (sandboxes.get). */
export interface SandboxView {
  /** "none": the session has not needed one yet */
  readonly state: SandboxState | "none";
  readonly driver: SandboxDriverName | null;
  readonly image: string | null;
  readonly error: string | null;
  readonly limits: SandboxLimitsView;
  readonly network: { readonly mode: NetworkMode; readonly hosts: readonly string[]; readonly blocked: readonly BlockedRecord[] };
  readonly setup: SetupReport | null;
  readonly createdAt: Date | null;
  readonly readyAt: Date | null;
  readonly lastUsedAt: Date | null;
}

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
  /** what the network policy refused it; `output` names them too */
  readonly blocked?: readonly (BlockedHost & { readonly count: number })[];
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
  /**
   * Asks a language server that stays in the sandbox for the next question. `question` and the answer are JSON
   * (sandbox-agent's language-tools). It may write, as the sandbox may: not for calls that are held to less.
   */
  askLanguage?(question: string, options: { readonly timeoutMs: number; readonly idleMs: number }): Promise<string>;
  /** Lets go of the connection; the sandbox and what runs in it stay. */
  close(): Promise<void>;
}
