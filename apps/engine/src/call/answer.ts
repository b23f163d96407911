import { z } from "zod";
import { type Json, parseJson } from "../json.ts";
import type { HttpAnswer } from "./http-client.ts";

export const opSchema = z.looseObject({
  op: z.string(),
  id: z.string().min(1),
  name: z.string().nullish(),
  displayName: z.string().nullish(),
  opts: z.record(z.string(), z.unknown()).nullish(),
  data: z.unknown().optional(),
  error: z.unknown().optional(),
  timing: z.looseObject({ a: z.number(), b: z.number() }).nullish(),
});
export type Op = z.infer<typeof opSchema>;

/** What the SDK's answer means. */
export type Answer =
  | { readonly kind: "ops"; readonly ops: readonly Op[]; readonly retryAfter: string | undefined; readonly isFinal: boolean }
  | { readonly kind: "result"; readonly output: string }
  | {
      readonly kind: "error";
      readonly error: string;
      readonly raw: string;
      readonly isFinal: boolean;
      readonly retryAfter: string | undefined;
      /** The SDK's process was not there, or ended during the call. */
      readonly isUnreachable?: boolean;
    };

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

export function errorJson(name: string, message: string): string {
  return JSON.stringify({ error: name, message, name });
}

/** Reads an answer; one that isn't the protocol's is an error that may be tried again. */
export function readAnswer(http: HttpAnswer): Answer {
  if (http.status === 201) return readStreamed(http);
  const retryAfter = single(http.headers["retry-after"]);
  const isFinal = single(http.headers["x-inngest-no-retry"]) === "true";
  if (http.headers["x-inngest-sdk"] === undefined) return garbage(http, "it doesn't come from an Inngest SDK");
  const body = parseJson(http.body);
  if (http.status === 206) return readOps(http, body, retryAfter, isFinal);
  if (http.status === 200) return body === undefined ? garbage(http, "its body is not JSON") : { kind: "result", output: http.body };
  return readError(http, body, isFinal, retryAfter);
}

/**
 * A 503 that comes from no SDK: what stands before it, or a worker that is stopping or can't reach another one, says that it
 * is not there just now. null: the answer is another one.
 */
export function readAbsence(http: HttpAnswer): Answer | null {
  if (http.status !== 503 || http.headers["x-inngest-sdk"] !== undefined) return null;
  const message = `The SDK is not there just now: ${http.status}. ${http.body.slice(0, quotedChars)}`.trim();
  return { ...failedCall(message, true), retryAfter: single(http.headers["retry-after"]) };
}

function readOps(http: HttpAnswer, body: Json | undefined, retryAfter: string | undefined, isFinal: boolean): Answer {
  const parsed = z.array(opSchema).min(1).safeParse(body);
  if (!parsed.success) return garbage(http, "its operations can't be read");
  return { kind: "ops", ops: parsed.data, retryAfter, isFinal };
}

/** A streamed answer: 201 at once, later the real status, headers and body as one JSON document. */
function readStreamed(http: HttpAnswer): Answer {
  const inner = z
    .looseObject({ status: z.number(), headers: z.record(z.string(), z.string()), body: z.unknown() })
    .safeParse(parseJson(http.body.trim()));
  if (!inner.success || inner.data.status === 201) return garbage(http, "its stream can't be read");
  const headers = Object.fromEntries(Object.entries(inner.data.headers).map(([key, value]) => [key.toLowerCase(), value]));
  const body = typeof inner.data.body === "string" ? inner.data.body : JSON.stringify(inner.data.body);
  return readAnswer({ status: inner.data.status, headers: { "x-inngest-sdk": single(http.headers["x-inngest-sdk"]), ...headers }, body });
}

function readError(http: HttpAnswer, body: Json | undefined, isFinal: boolean, retryAfter: string | undefined): Answer {
  const fields = z
    .looseObject({
      name: z.string().optional(),
      message: z.string().optional(),
      stack: z.string().optional(),
      cause: z.unknown().optional(),
    })
    .safeParse(typeof body === "string" ? parseJson(body) : body);
  if (!fields.success || fields.data.message === undefined) return garbage(http, `its status is ${http.status}`, isFinal, retryAfter);
  const { name = "Error", message, stack, cause } = fields.data;
  const error = JSON.stringify({
    ...(cause === undefined ? {} : { cause }),
    error: isFinal ? "NonRetriableError" : name,
    message,
    name,
    ...(stack === undefined ? {} : { stack }),
  });
  return { kind: "error", error, raw: http.body, isFinal, retryAfter };
}

const quotedChars = 200;

function garbage(http: HttpAnswer, why: string, isFinal = false, retryAfter?: string): Answer {
  const error = errorJson(
    "Error",
    `The SDK answered ${http.status}, which can't be used: ${why}. ${http.body.slice(0, quotedChars)}`.trim(),
  );
  return { kind: "error", error, raw: error, isFinal, retryAfter };
}

/** Wraps a failed connection, a time-out or a missing signature as an answer. */
export function failedCall(message: string, isUnreachable = false): Extract<Answer, { kind: "error" }> {
  const error = errorJson("Error", message);
  return { kind: "error", error, raw: error, isFinal: false, retryAfter: undefined, isUnreachable };
}
