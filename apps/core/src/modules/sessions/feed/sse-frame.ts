import type { EncodedEvent } from "../event-encoding.ts";

const encoder = new TextEncoder();

/** Events as one chunk of an SSE stream: `id` is the sequence number, `data` the event. */
export function toFrame(events: readonly EncodedEvent[]): Uint8Array {
  return encoder.encode(events.map((event) => `id: ${event.seq}\ndata: ${event.json}\n\n`).join(""));
}

/** A comment: keeps proxies from closing a silent stream, and opens it at once. */
export const heartbeatFrame: Uint8Array = encoder.encode(": \n\n");
