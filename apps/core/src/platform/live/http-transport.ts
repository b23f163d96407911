import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { env } from "../env.ts";
import { limits } from "../limits.ts";
import { logger } from "../logger.ts";
import { type LiveHint, liveHintSchema } from "./live-hint.ts";
import { deliverLive, liveSource } from "./live-hub.ts";

// The embedded database carries no NOTIFY between connections, so the processes of one machine tell each other.

interface Peer {
  readonly url: string;
  queue: LiveHint[];
  sending: boolean;
}

const envelope = z.object({ hints: z.array(liveHintSchema) });
const holder = globalThis as { __opencodeLivePeers?: Peer[] };

function peers(): Peer[] {
  const { SERVICE_NAME: self, WEB_INTERNAL_URL: web, WORKER_INTERNAL_URL: worker } = env();
  holder.__opencodeLivePeers ??= [self === "web" ? undefined : web, self === "worker" ? undefined : worker]
    .filter((url) => url !== undefined)
    .map((url) => ({ url: new URL("/api/internal/hint", url).href, queue: [], sending: false }));
  return holder.__opencodeLivePeers;
}

/** Queues a hint for the machine's other processes; what gathers while one request is under way goes with the next. */
export function postHints(hint: LiveHint): void {
  for (const peer of peers()) {
    peer.queue.push(hint);
    if (!peer.sending) void drain(peer);
  }
}

async function drain(peer: Peer): Promise<void> {
  peer.sending = true;
  while (peer.queue.length > 0) {
    const hints = peer.queue;
    peer.queue = [];
    try {
      const body = JSON.stringify({ hints });
      const response = await fetch(peer.url, { method: "POST", body, headers: signedHeaders(body), signal: AbortSignal.timeout(2_000) });
      await response.arrayBuffer();
    } catch (error) {
      logger.debug({ err: error, url: peer.url }, "live: a hint was not taken; its readers will poll");
    }
  }
  peer.sending = false;
}

function signature(body: string, timestamp: string): string {
  return createHmac("sha256", env().INTERNAL_SECRET).update(`${timestamp}.${body}`).digest("hex");
}

function signedHeaders(body: string): Record<string, string> {
  const timestamp = String(Date.now());
  return { "content-type": "application/json", "x-internal-timestamp": timestamp, "x-internal-signature": signature(body, timestamp) };
}

/** `POST /api/internal/hint`: 204 for a hint of one of our own processes, 401 for anything else. */
export async function handleLiveHint(request: Request): Promise<Response> {
  const body = await request.text();
  const timestamp = request.headers.get("x-internal-timestamp") ?? "";
  const given = Buffer.from(request.headers.get("x-internal-signature") ?? "");
  const expected = Buffer.from(signature(body, timestamp));
  const isFresh = Math.abs(Date.now() - Number(timestamp)) <= limits.live.hintMaxAgeMs;
  if (!isFresh || given.length !== expected.length || !timingSafeEqual(given, expected)) return new Response(null, { status: 401 });
  let parsed: z.infer<typeof envelope>;
  try {
    parsed = envelope.parse(JSON.parse(body));
  } catch {
    return new Response(null, { status: 400 });
  }
  for (const hint of parsed.hints) if (hint.source !== liveSource()) deliverLive(hint);
  return new Response(null, { status: 204 });
}
