import { StringDecoder } from "node:string_decoder";
import type { z } from "zod";
import { AppError } from "../../../platform/errors.ts";
import { limits } from "../../../platform/limits.ts";
import type { Hold } from "../companions.ts";
import type { ExecRequest, ExecResult, OpenSandbox, SandboxDriverName } from "../contract.ts";
import { companionKind, type SandboxPlace } from "../driver.ts";
import type { BlockedCount } from "../network/sandbox-egress.ts";
import { type AgentConnection, ConnectionLost } from "./connection.ts";
import {
  type AgentCall,
  execResultSchema,
  fileStatSchema,
  globResultSchema,
  grepResultSchema,
  listResultSchema,
  readResultSchema,
} from "./protocol.ts";

interface CallNetwork {
  /** whether there is anything that a call could reach now */
  isOpen(): Promise<boolean>;
  /** what was refused to a call that has ended */
  takeBlocked(callId: string): readonly BlockedCount[];
}

export interface RemoteSandboxOptions {
  readonly place: SandboxPlace;
  readonly driver: SandboxDriverName;
  readonly connection: AgentConnection;
  /** Gives a new connection after the old one was lost; throws when the sandbox can't be had back. */
  readonly reconnect?: () => Promise<AgentConnection>;
  /** Where commands that are held to less than others run elsewhere; null: in the same place. */
  readonly hold?: Hold | null;
  /** Told when a call begins and when it has ended. */
  readonly onBusy?: (running: boolean, callId: string) => void;
  /** Where the sandbox has a way to the network. */
  readonly network?: CallNetwork;
  readonly onClose?: () => Promise<void>;
}

/**
 * The sandbox as tools see it. When the connection is lost a call is made once more over a new one: reading does no harm, and
 * what does something is journaled by its call id.
 */
export function remoteSandbox(options: RemoteSandboxOptions): OpenSandbox {
  const { place } = options;
  let connecting = Promise.resolve(options.connection);

  async function reliably<T>(work: (connection: AgentConnection) => Promise<T>): Promise<T> {
    const connection = await connecting;
    try {
      return await work(connection);
    } catch (error) {
      if (!(error instanceof ConnectionLost) || !options.reconnect) throw error;
      if ((await connecting) === connection) {
        connecting = options.reconnect();
        connecting.catch(() => {
          connecting = Promise.resolve(connection); // the next call tries again
        });
      }
      return work(await connecting);
    }
  }

  async function ask<T extends z.ZodType>(schema: T, call: AgentCall, body?: Uint8Array): Promise<{ result: z.infer<T>; body: Buffer }> {
    const answer = await reliably((connection) => connection.call(call, body ? { body } : {})).catch(unreachable);
    const parsed = schema.safeParse(answer.result);
    if (!parsed.success) throw notUnderstood(parsed.error);
    return { result: parsed.data, body: answer.body };
  }

  return {
    id: place.sandboxId,
    driver: options.driver,
    hostDirectory: place.workspace,
    exec: async (request, execOptions = {}) => {
      refuseLongInput(request.stdin);
      options.onBusy?.(true, request.callId);
      try {
        const isOpen = request.access?.network !== "none" && ((await options.network?.isOpen()) ?? false);
        const { access } = request;
        const hold = companionKind(access) === null ? null : options.hold;
        const result = await execReliably(
          request,
          { ...execOptions, isOpen },
          hold && access ? whereHeld(reliably, () => hold(access)) : reliably,
        );
        return withBlocked(result, options.network?.takeBlocked(request.callId) ?? []);
      } finally {
        options.onBusy?.(false, request.callId);
      }
    },
    readFile: async (path, { maxBytes } = {}) => {
      const bound = Math.min(maxBytes ?? limits.sandbox.readMaxBytes, limits.sandbox.readMaxBytes);
      const { result, body } = await ask(readResultSchema, { op: "read", path, maxBytes: bound });
      return { content: new Uint8Array(body), ...result };
    },
    writeFile: async (callId, path, content) => {
      const bytes = typeof content === "string" ? Buffer.from(content) : content;
      if (bytes.length > limits.sandbox.writeMaxBytes) {
        throw new AppError("PAYLOAD_TOO_LARGE", `A file of ${bytes.length} bytes is over the limit of ${limits.sandbox.writeMaxBytes}.`);
      }
      return (await ask(fileStatSchema, { op: "write", callId, path }, bytes)).result;
    },
    journaledWrite: async (callId) => (await ask(fileStatSchema.nullable(), { op: "journaled", callId })).result,
    stat: async (path) => (await ask(fileStatSchema.nullable(), { op: "stat", path })).result,
    list: async (path, { maxEntries } = {}) =>
      (await ask(listResultSchema, { op: "list", path, maxEntries: bounded(maxEntries, limits.sandbox.listMaxEntries) })).result,
    glob: async (pattern, { path = ".", maxHits } = {}) =>
      (await ask(globResultSchema, { op: "glob", pattern, path, maxHits: bounded(maxHits, limits.sandbox.searchMaxHits) })).result,
    grep: async (pattern, { path = ".", include, maxHits } = {}) =>
      (
        await ask(grepResultSchema, {
          op: "grep",
          pattern,
          path,
          include: include ?? null,
          maxHits: bounded(maxHits, limits.sandbox.searchMaxHits),
        })
      ).result,
    askLanguage: (question, asked) => askLanguage(reliably, question, asked),
    close: async () => options.onClose?.(),
  };
}

type ExecOptions = NonNullable<Parameters<OpenSandbox["exec"]>[1]> & { readonly isOpen: boolean };
type Reliably = <T>(work: (connection: AgentConnection) => Promise<T>) => Promise<T>;

async function askLanguage(
  reliably: Reliably,
  question: string,
  { timeoutMs, idleMs }: { timeoutMs: number; idleMs: number },
): Promise<string> {
  const options = {
    body: Buffer.from(question),
    // The agent keeps the time of the question.
    timeoutMs: timeoutMs + limits.sandbox.callTimeoutMs,
  };
  return (await reliably((connection) => connection.call({ op: "language", timeoutMs, idleMs }, options)).catch(unreachable)).body.toString(
    "utf8",
  );
}

/** The sandbox itself comes first: what holds the command stands and falls with it. */
function whereHeld(reliably: Reliably, hold: () => Promise<AgentConnection>): Reliably {
  return async (work) => {
    const once = async () => {
      await reliably((connection) => connection.call({ op: "ping" }));
      return work(await hold());
    };
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      return once();
    }
  };
}

async function execReliably(request: ExecRequest, options: ExecOptions, reliably: Reliably): Promise<ExecResult> {
  const startedAt = performance.now();
  let reached = false;
  try {
    return await reliably((connection) => {
      reached ||= connection.open;
      return exec(connection, request, options);
    });
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    return reached ? interrupted(performance.now() - startedAt) : unreachable(error);
  }
}

async function exec(connection: AgentConnection, request: ExecRequest, { onOutput, signal, isOpen }: ExecOptions): Promise<ExecResult> {
  const { callId } = request;
  const cancel = () => void connection.call({ op: "cancel", callId }).catch(() => undefined);
  const decoder = new StringDecoder("utf8");
  const running = connection.call(
    {
      op: "exec",
      callId,
      command: request.command,
      cwd: request.cwd ?? ".",
      timeoutMs: request.timeoutMs,
      readOnly: request.access?.workspace === "read-only",
      network: request.access?.network === "none" ? "none" : isOpen ? "proxy" : "shared",
    },
    {
      ...(request.stdin !== undefined && { body: Buffer.from(request.stdin) }),
      timeoutMs: request.timeoutMs + limits.sandbox.callTimeoutMs,
      ...(onOutput && { onOutput: (chunk: Buffer) => onOutput(decoder.write(chunk)) }),
    },
  );
  if (signal?.aborted) cancel();
  else signal?.addEventListener("abort", cancel, { once: true });
  try {
    const parsed = execResultSchema.safeParse((await running).result);
    if (!parsed.success) throw notUnderstood(parsed.error);
    return parsed.data;
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}

/** Whoever reads the output is told why a host could not be reached. */
function withBlocked(result: ExecResult, blocked: readonly BlockedCount[]): ExecResult {
  if (blocked.length === 0) return result;
  const lines = blocked.slice(0, 20).map(({ host, port, reason, count }) => {
    return `blocked by network policy: host ${host}:${port} (${reason}${count > 1 ? `; ${count} attempts` : ""})`;
  });
  return {
    ...result,
    blocked,
    output: `${result.output}${result.output.endsWith("\n") || result.output === "" ? "" : "\n"}${lines.join("\n")}\n`,
  };
}

function refuseLongInput(stdin: string | undefined): void {
  if (stdin === undefined || Buffer.byteLength(stdin) <= limits.sandbox.stdinMaxBytes) return;
  throw new AppError("PAYLOAD_TOO_LARGE", `The standard input of a command may have ${limits.sandbox.stdinMaxBytes} bytes at most.`);
}

function notUnderstood(cause: unknown): AppError {
  return new AppError("UNAVAILABLE", "The sandbox gave an answer that can't be understood. Open it again.", { cause });
}

/** The same words as the agent's, which finds the same call in its journal when it starts again. */
function interrupted(durationMs: number): ExecResult {
  const output =
    "The sandbox stopped while this command was running. What it had done by then is unknown, and it was not run again: look at the workspace before going on.";
  return {
    exitCode: null,
    signal: null,
    timedOut: false,
    aborted: false,
    interrupted: true,
    output,
    truncated: false,
    outputFile: null,
    durationMs,
  };
}

function unreachable(error: unknown): never {
  if (error instanceof ConnectionLost) {
    throw new AppError("UNAVAILABLE", "The sandbox stopped. Its workspace is kept: the next call starts it again.", {
      cause: error,
      retryAfterSeconds: 1,
    });
  }
  throw error;
}

function bounded(wanted: number | undefined, most: number): number {
  return Math.max(1, Math.min(wanted ?? most, most));
}
