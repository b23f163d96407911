import { z } from "zod";
import { WireFault } from "./wire-fault.ts";

const chunkSchema = z.object({ bytes: z.string() });
const eventSchema = z.looseObject({ type: z.string() });
const preludeBytes = 12;
const maxMessageBytes = 16 * 1024 * 1024;

/**
 * AWS's binary event stream, as Bedrock answers with it, as the server-sent events that Anthropic's own API answers
 * with. An exception in the stream becomes an `error` event.
 */
export function toServerSentEvents(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  let held: Buffer = Buffer.alloc(0);
  const encoder = new TextEncoder();
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(part, controller) {
        held = Buffer.concat([held, part]);
        for (let message = takeMessage(); message; message = takeMessage()) controller.enqueue(encoder.encode(toEvent(message)));
      },
      flush() {
        if (held.length > 0) throw new WireFault({ kind: "disconnected" });
      },
    }),
  );

  function takeMessage(): { headers: Map<string, string>; payload: Buffer } | null {
    if (held.length < preludeBytes) return null;
    const total = held.readUInt32BE(0);
    if (total < preludeBytes + 4 || total > maxMessageBytes) throw new WireFault({ kind: "malformed", detail: "no event stream" });
    if (held.length < total) return null;
    const headersEnd = preludeBytes + held.readUInt32BE(4);
    const message = {
      headers: readHeaders(held.subarray(preludeBytes, headersEnd)),
      payload: Buffer.from(held.subarray(headersEnd, total - 4)),
    };
    held = held.subarray(total);
    return message;
  }
}

/** The headers that are texts (kind 7); Bedrock sends no others. */
function readHeaders(bytes: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = at + 1 + bytes.readUInt8(at);
    const name = bytes.toString("utf8", at + 1, nameEnd);
    if (bytes.readUInt8(nameEnd) !== 7) break;
    const valueEnd = nameEnd + 3 + bytes.readUInt16BE(nameEnd + 1);
    headers.set(name, bytes.toString("utf8", nameEnd + 3, valueEnd));
    at = valueEnd;
  }
  return headers;
}

function toEvent({ headers, payload }: { headers: Map<string, string>; payload: Buffer }): string {
  const exception = headers.get(":exception-type") ?? headers.get(":error-code");
  if (exception) return sse("error", { type: "error", error: { type: exceptionType(exception), message: messageOf(payload) } });
  const parsed: unknown = JSON.parse(payload.toString("utf8"));
  const chunk = chunkSchema.safeParse(parsed);
  // Gateways in between unpack the event.
  const event = eventSchema.safeParse(chunk.success ? JSON.parse(Buffer.from(chunk.data.bytes, "base64").toString("utf8")) : parsed);
  return event.success ? sse(event.data.type, event.data) : "";
}

function exceptionType(name: string): string {
  if (/throttl/i.test(name)) return "rate_limit_error";
  return /unavailable|timeout|stalled/i.test(name) ? "overloaded_error" : /validation/i.test(name) ? "invalid_request_error" : "api_error";
}

function messageOf(payload: Buffer): string {
  const parsed = z.looseObject({ message: z.string() }).safeParse(JSON.parse(payload.toString("utf8") || "{}"));
  return parsed.success ? parsed.data.message : "";
}

const sse = (name: string, data: unknown) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
