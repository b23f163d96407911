import { setTimeout as sleep } from "node:timers/promises";
import type { TerminalOutput } from "@opencode/core/modules/sandbox/contract.ts";
import { readTerminal } from "@opencode/core/modules/sandbox/index.ts";
import { AppError } from "@opencode/core/platform/errors.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { logger } from "@opencode/core/platform/logger.ts";
import { authenticate } from "../rest/authenticate.ts";
import { openStream } from "../rest/open-stream.ts";
import { problemResponse } from "../rest/problem.ts";
import { readTerminalRequest, type TerminalRoute } from "./terminal-request.ts";

const access = { scope: "sessions:read", permission: "sandboxes.read" } as const;
const pauseMs = { none: 1_500, failed: 2_000 };
const encoder = new TextEncoder();

/**
 * `GET /api/terminal/<session>?after=<offset>`: the terminal's output as server-sent events, each a TerminalOutput as JSON with
 * the offset of its end as id. Viewers may watch. It goes on until the caller leaves or loses his right.
 */
export async function followTerminal(request: Request, context: TerminalRoute): Promise<Response> {
  const requestId = newId("request");
  try {
    const caller = await authenticate(request, access);
    const { sessionId, name, shell, after } = await readTerminalRequest(request, context);
    const seat = openStream(caller, request, access);
    const read: Read = (from) => readTerminal({ workspaceId: caller.workspaceId, sessionId, name, ...from, signal: seat.signal });
    try {
      const stream = outputStream({
        read,
        from: { shell, after },
        signal: seat.signal,
        leave: seat.leave,
        first: await firstOf(read, { shell, after }),
      });
      return new Response(stream, {
        headers: { "content-type": "text/event-stream", "cache-control": "no-cache, no-transform", "x-accel-buffering": "no" },
      });
    } catch (error) {
      seat.leave();
      throw error;
    }
  } catch (error) {
    return problemResponse(error, requestId);
  }
}

interface From {
  readonly shell: string;
  readonly after: number;
}
type Read = (from: From) => Promise<TerminalOutput>;

/** A session that is not there is refused before the stream begins; a worker that is away is not. */
async function firstOf(read: Read, from: From): Promise<TerminalOutput | null> {
  try {
    // From the very end on nothing comes soon: then the stream begins before there is something to say.
    return from.after === 0 ? await read(from) : null;
  } catch (error) {
    if (error instanceof AppError && error.code === "UNAVAILABLE") return null;
    throw error;
  }
}

function outputStream(input: {
  read: Read;
  from: From;
  first: TerminalOutput | null;
  signal: AbortSignal;
  leave: () => void;
}): ReadableStream<Uint8Array> {
  const { read, signal, leave } = input;
  let { from, first } = input;
  let told: TerminalOutput["state"] | null = null;
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(": terminal\n\n")),
    // One answer for each pull: who reads slowly is read for slowly.
    pull: async (controller) => {
      try {
        const output = first ?? (await read(from));
        first = null;
        const end = output.offset + Buffer.byteLength(output.data, "base64");
        if (output.data !== "" || output.state !== told) {
          controller.enqueue(encoder.encode(`id: ${end}\ndata: ${JSON.stringify(output)}\n\n`));
        } else controller.enqueue(encoder.encode(": still here\n\n"));
        told = output.state;
        from = { shell: output.shell, after: output.state === "none" ? 0 : end };
        if (output.state !== "open") await sleep(pauseMs.none, undefined, { signal });
      } catch (error) {
        if (signal.aborted) return end();
        logger.debug({ err: error }, "terminal: its output could not be read");
        controller.enqueue(encoder.encode(`event: trouble\ndata: ${JSON.stringify({ message: messageOf(error) })}\n\n`));
        if (!isPassing(error)) return end();
        await sleep(pauseMs.failed, undefined, { signal }).catch(() => undefined);
      }
      function end(): void {
        leave();
        controller.close();
      }
    },
    cancel: leave,
  });
}

function isPassing(error: unknown): boolean {
  return error instanceof AppError && error.code === "UNAVAILABLE";
}

function messageOf(error: unknown): string {
  return error instanceof AppError ? error.message : "The terminal can't be read.";
}
