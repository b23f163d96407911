import { limits } from "../../../platform/limits.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { subscribe } from "./feeds.ts";
import { heartbeatFrame } from "./sse-frame.ts";

/**
 * The body of `GET /api/v1/sessions/:id/events`: everything after `after`, then everything that comes, with a comment
 * now and then. A viewer who does not read is cut off when too much waits for him, and comes again with his last id.
 * Resolves when the session is known to be there; rejects with NOT_FOUND otherwise.
 */
export async function sessionEventStream(input: SessionKey & { after: number; signal: AbortSignal }): Promise<ReadableStream<Uint8Array>> {
  const seat: { controller: ReadableStreamDefaultController<Uint8Array> | null; leave: (() => void) | null } = {
    controller: null,
    leave: null,
  };
  const end = () => {
    clearInterval(heartbeat);
    seat.leave?.();
    seat.leave = null;
    try {
      seat.controller?.close();
    } catch {
      // the reader was faster
    }
    seat.controller = null;
  };
  const send = (frame: Uint8Array) => {
    if (!seat.controller) return;
    seat.controller.enqueue(frame);
    if ((seat.controller.desiredSize ?? 0) <= 0) end();
  };
  const heartbeat = setInterval(() => send(heartbeatFrame), limits.live.heartbeatMs);
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (given) => {
        seat.controller = given;
        send(heartbeatFrame);
      },
      cancel: () => {
        seat.controller = null;
        end();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: limits.live.viewerMaxBufferedBytes }),
  );
  try {
    seat.leave = await subscribe(input, { onFrame: send, onClose: end });
    if (!seat.controller) end();
  } catch (error) {
    clearInterval(heartbeat);
    throw error;
  }
  if (input.signal.aborted) end();
  else input.signal.addEventListener("abort", end, { once: true });
  return stream;
}
