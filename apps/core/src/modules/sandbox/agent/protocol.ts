import { z } from "zod";

/**
 * What worker and sandbox-agent say to each other. A frame is two big-endian u32 (length of the JSON head, length of the
 * body), the head, the body. The agent is in a hostile place: everything it says is parsed here before it is believed.
 */
export const frameLimits = { maxHeadBytes: 4 * 1024 * 1024, maxBodyBytes: 64 * 1024 * 1024 } as const;

/** Handed to the agent over stdin when it starts: never in its arguments or its environment. */
export interface AgentConfig {
  readonly secret: string;
  readonly workspace: string;
  readonly control: string;
  /** Directory (inside the sandbox) for outputs that are too long to be shown whole. */
  readonly outputs: string;
  readonly socket: string;
  /** Where there is one, each command runs in its own namespaces below the agent's, made by this bubblewrap. */
  readonly nesting: { readonly bubblewrap: string; readonly seccomp: string | null } | null;
  /** What the agent's whole container can't do either, where it can't nest: calls that ask to be held to that are run. */
  readonly held?: { readonly readOnly: boolean; readonly offline: boolean };
  /** directory (inside the sandbox) of the sockets of the network's proxy */
  readonly egress: string;
  readonly path: string;
  readonly home: string;
  readonly idleMs: number;
  readonly killGraceMs: number;
  readonly tmpBytes: number;
  readonly outputMaxBytes: number;
  readonly outputFileMaxBytes: number;
  readonly memoryBytes: number;
  readonly memoryWatched: boolean;
  readonly processes: number;
  readonly fileMaxBytes: number;
  readonly diskBytes: number;
  readonly inodes: number;
}

/** The frame's body is what the command reads from its standard input. */
export interface ExecCall {
  readonly op: "exec";
  readonly callId: string;
  readonly command: string;
  readonly cwd: string;
  readonly timeoutMs: number;
  /** nothing but the command's own /tmp and /dev/shm can be written */
  readonly readOnly: boolean;
  /** `none`: a network namespace of its own, with nothing in it; `shared`: the sandbox's own; `proxy`: that, and the way out */
  readonly network: "none" | "shared" | "proxy";
  /** besides the usual ones; for setup commands only */
  readonly environment?: Readonly<Record<string, string>>;
  /** taken out of its output before it is shown or kept */
  readonly redact?: readonly string[];
}

export type AgentCall =
  | { readonly op: "hello"; readonly secret: string }
  | { readonly op: "ping" }
  | ExecCall
  | { readonly op: "cancel"; readonly callId: string }
  | { readonly op: "read"; readonly path: string; readonly maxBytes: number }
  | { readonly op: "write"; readonly callId: string; readonly path: string }
  | { readonly op: "journaled"; readonly callId: string }
  | { readonly op: "stat"; readonly path: string }
  | { readonly op: "list"; readonly path: string; readonly maxEntries: number }
  | { readonly op: "glob"; readonly pattern: string; readonly path: string; readonly maxHits: number }
  | { readonly op: "grep"; readonly pattern: string; readonly path: string; readonly include: string | null; readonly maxHits: number }
  | { readonly op: "terminal-open"; readonly name: string; readonly cols: number; readonly rows: number }
  | { readonly op: "terminal-resize"; readonly name: string; readonly cols: number; readonly rows: number }
  /** `shell` is the one whose output the offset counts. Answers at once when there is output after it, else when there is some or the time is over */
  | { readonly op: "terminal-read"; readonly name: string; readonly shell: string; readonly after: number; readonly waitMs: number }
  | { readonly op: "terminal-write"; readonly name: string }
  | { readonly op: "terminal-close"; readonly name: string }
  /** body and answer's body are JSON: a question to a language server, which stays for the next one until it was idle for so long */
  | { readonly op: "language"; readonly timeoutMs: number; readonly idleMs: number }
  | { readonly op: "ports" }
  /** after its answer the connection is no longer ours: it is joined with this port of the sandbox */
  | { readonly op: "tunnel"; readonly port: number }
  | { readonly op: "shutdown" };

export type AgentRequest = AgentCall & { readonly id: number };

export const agentErrorCodes = ["BAD_REQUEST", "NOT_FOUND", "PAYLOAD_TOO_LARGE", "INTERNAL"] as const;
export type AgentErrorCode = (typeof agentErrorCodes)[number];

export const agentReplySchema = z.discriminatedUnion("kind", [
  z.object({ id: z.number().int(), kind: z.literal("output") }),
  z.object({ id: z.number().int(), kind: z.literal("done"), result: z.unknown() }),
  z.object({ id: z.number().int(), kind: z.literal("error"), code: z.enum(agentErrorCodes), message: z.string().max(4_000) }),
]);
export type AgentReply = z.infer<typeof agentReplySchema>;

const kindSchema = z.enum(["file", "directory", "symlink", "other"]);
export const fileStatSchema = z.object({ kind: kindSchema, sizeBytes: z.number().nonnegative(), mtimeMs: z.number() });

export const execResultSchema = z.object({
  exitCode: z.number().int().nullable(),
  signal: z.string().max(32).nullable(),
  timedOut: z.boolean(),
  aborted: z.boolean(),
  interrupted: z.literal(true).exactOptional(),
  stoppedFor: z.enum(["memory", "disk"]).exactOptional(),
  output: z.string(),
  truncated: z.boolean(),
  outputFile: z.string().nullable(),
  durationMs: z.number().nonnegative(),
});

export const helloResultSchema = z.object({ pid: z.number().int(), running: z.array(z.string()) });
export const readResultSchema = z.object({ stat: fileStatSchema, truncated: z.boolean() });
export const listResultSchema = z.array(z.object({ path: z.string(), kind: kindSchema }));
export const globResultSchema = z.object({ paths: z.array(z.string()), truncated: z.boolean() });
export const grepResultSchema = z.object({
  hits: z.array(z.object({ path: z.string(), line: z.number().int(), text: z.string() })),
  truncated: z.boolean(),
});

/** `offset` is where the body begins in the terminal's whole output. */
export const terminalReadResultSchema = z.object({
  state: z.enum(["none", "open", "ended"]),
  shell: z.string().max(64),
  offset: z.number().int().nonnegative(),
  exitCode: z.number().int().nullable(),
});
export const portsResultSchema = z.array(z.number().int().min(1).max(65_535)).max(65_535);
