import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { env } from "./env.ts";
import { AppError, errorCodes } from "./errors.ts";
import { limits } from "./limits.ts";

const refusalSchema = z.object({ code: z.enum(errorCodes), message: z.string() });

function signature(path: string, body: string, timestamp: string): string {
  // Its purpose first: a signature that was made for something else is worth nothing here.
  return createHmac("sha256", env().INTERNAL_SECRET).update(`call.${timestamp}.${path}.${body}`).digest("hex");
}

/** Whether one of our own processes has made this request, a moment ago. */
export function isInternalCall(headers: Record<string, string | string[] | undefined>, path: string, body: string): boolean {
  const timestamp = String(headers["x-internal-timestamp"] ?? "");
  const given = Buffer.from(String(headers["x-internal-signature"] ?? ""));
  const expected = Buffer.from(signature(path, body, timestamp));
  const isFresh = Math.abs(Date.now() - Number(timestamp)) <= limits.internalCall.maxAgeMs;
  return isFresh && given.length === expected.length && timingSafeEqual(given, expected);
}

/** The headers that prove a request to be one of our own processes'. */
export function internalHeaders(path: string, body: string): Record<string, string> {
  const timestamp = String(Date.now());
  return { "x-internal-timestamp": timestamp, "x-internal-signature": signature(path, body, timestamp) };
}

/** Asks the worker at `origin` (WORKER_INTERNAL_URL when left out). Throws what it refused as it said it, and UNAVAILABLE where it does not answer. */
export async function callWorker(
  path: string,
  input: unknown,
  { signal, timeoutMs, origin = env().WORKER_INTERNAL_URL }: { signal?: AbortSignal; timeoutMs: number; origin?: string | undefined },
): Promise<unknown> {
  if (!origin) throw new AppError("UNAVAILABLE", "WORKER_INTERNAL_URL is not set: this installation can't reach its sandboxes from here.");
  const body = JSON.stringify(input);
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(new URL(path, origin), {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...internalHeaders(path, body) },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    answer = await response.json();
  } catch (error) {
    signal?.throwIfAborted();
    throw new AppError("UNAVAILABLE", "The worker that holds the sandbox does not answer. It is tried again.", {
      cause: error,
      retryAfterSeconds: 2,
    });
  }
  if (response.ok) return answer;
  const refusal = refusalSchema.safeParse(answer);
  if (refusal.success) throw new AppError(refusal.data.code, refusal.data.message);
  throw new AppError("UNAVAILABLE", `The worker refused the call (${response.status}).`);
}
