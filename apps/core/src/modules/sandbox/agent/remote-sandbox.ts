import { StringDecoder } from "node:string_decoder";
import type { z } from "zod";
import { AppError } from "../../../platform/errors.ts";
import { limits } from "../../../platform/limits.ts";
import type { ExecRequest, ExecResult, OpenSandbox, SandboxDriverName } from "../contract.ts";
import type { SandboxPlace } from "../driver.ts";
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

export interface RemoteSandboxOptions {
  readonly place: SandboxPlace;
  readonly driver: SandboxDriverName;
  readonly connection: AgentConnection;
  /** Told when a call begins and when it has ended. */
  readonly onBusy?: (running: boolean) => void;
  readonly onClose?: () => Promise<void>;
}

/** The sandbox as tools see it, over one connection to its agent. */
export function remoteSandbox(options: RemoteSandboxOptions): OpenSandbox {
  const { connection, place } = options;

  async function ask<T extends z.ZodType>(schema: T, call: AgentCall, body?: Uint8Array): Promise<{ result: z.infer<T>; body: Buffer }> {
    const answer = await connection.call(call, body ? { body } : {}).catch(unreachable);
    const parsed = schema.safeParse(answer.result);
    if (!parsed.success)
      throw new AppError("UNAVAILABLE", "The sandbox gave an answer that can't be understood. Open it again.", { cause: parsed.error });
    return { result: parsed.data, body: answer.body };
  }

  return {
    id: place.sandboxId,
    driver: options.driver,
    hostDirectory: place.workspace,
    exec: async (request, execOptions = {}) => {
      options.onBusy?.(true);
      try {
        return await exec(connection, request, execOptions);
      } finally {
        options.onBusy?.(false);
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
    close: async () => options.onClose?.(),
  };
}

async function exec(
  connection: AgentConnection,
  request: ExecRequest,
  { onOutput, signal }: { onOutput?: (chunk: string) => void; signal?: AbortSignal },
): Promise<ExecResult> {
  const { callId } = request;
  const startedAt = performance.now();
  const cancel = () => void connection.call({ op: "cancel", callId }).catch(() => undefined);
  const decoder = new StringDecoder("utf8");
  const running = connection.call(
    { op: "exec", callId, command: request.command, cwd: request.cwd ?? ".", timeoutMs: request.timeoutMs },
    {
      timeoutMs: request.timeoutMs + limits.sandbox.callTimeoutMs,
      ...(onOutput && { onOutput: (chunk: Buffer) => onOutput(decoder.write(chunk)) }),
    },
  );
  if (signal?.aborted) cancel();
  else signal?.addEventListener("abort", cancel, { once: true });
  try {
    const parsed = execResultSchema.safeParse((await running).result);
    if (!parsed.success) throw new AppError("UNAVAILABLE", "The sandbox gave an answer that can't be understood.", { cause: parsed.error });
    return parsed.data;
  } catch (error) {
    if (error instanceof ConnectionLost) return interrupted(performance.now() - startedAt);
    throw error;
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
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
