import { AppError } from "@opencode/core/platform/errors.ts";
import { limits } from "@opencode/core/platform/limits.ts";
import { type Access, authenticate, type RestCaller } from "./authenticate.ts";

interface OpenCaller {
  readonly seats: Set<AbortController>;
  readonly timer: NodeJS.Timeout;
}

const holder = globalThis as { __opencodeRestStreams?: Map<string, OpenCaller> };

function callers(): Map<string, OpenCaller> {
  holder.__opencodeRestStreams ??= new Map();
  return holder.__opencodeRestStreams;
}

// Reading the membership or the key again is one look for all streams of a caller, however many those are.
async function recheck(key: string, request: Request, access: Access): Promise<void> {
  try {
    await authenticate(request, access);
  } catch (error) {
    // A database that is away says nothing about the caller.
    if (!(error instanceof AppError) || error.code === "UNAVAILABLE") return;
    for (const seat of callers().get(key)?.seats ?? []) seat.abort();
  }
}

/**
 * Counts a stream and keeps an eye on its caller: a revoked key, an ended sign-in or a removed member loses its open
 * streams within `limits.rest.streamRecheckMs`. The signal also ends with the request.
 */
export function openStream(caller: RestCaller, request: Request, access: Access): { signal: AbortSignal; leave: () => void } {
  // The very credential, not only the person: somebody who signs out here may be signed in elsewhere.
  const credential = request.headers.get("authorization") ?? request.headers.get("cookie");
  const key = `${caller.workspaceId}:${caller.actor.id}:${credential}`;
  const probe = new Request(request.url, { headers: new Headers(request.headers) });
  let open = callers().get(key);
  if (!open) {
    const timer = setInterval(() => void recheck(key, probe, access), limits.rest.streamRecheckMs);
    timer.unref();
    open = { seats: new Set(), timer };
    callers().set(key, open);
  }
  if (open.seats.size >= limits.rest.maxStreamsPerCaller) {
    throw new AppError("TOO_MANY_REQUESTS", `${open.seats.size} event streams are open already. Close some.`, { retryAfterSeconds: 10 });
  }
  const seat = new AbortController();
  const { seats, timer } = open;
  seats.add(seat);
  const leave = () => {
    seats.delete(seat);
    if (seats.size > 0) return;
    clearInterval(timer);
    callers().delete(key);
  };
  seat.signal.addEventListener("abort", leave, { once: true });
  if (request.signal.aborted) seat.abort();
  else request.signal.addEventListener("abort", () => seat.abort(), { once: true });
  return { signal: seat.signal, leave };
}
