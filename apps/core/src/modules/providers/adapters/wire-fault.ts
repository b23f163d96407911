export type WireFaultKind = "http" | "stream-error" | "unreachable" | "disconnected" | "malformed" | "timeout" | "blocked" | "aborted";

export interface WireFaultDetails {
  readonly kind: WireFaultKind;
  readonly status?: number | null;
  /** the provider's own name for the error: rate_limit_error, insufficient_quota, … */
  readonly type?: string | null;
  readonly retryAfterMs?: number | null;
  /** the provider's own words; may hold anything */
  readonly detail?: string | null;
}

/** What went wrong on the wire, in terms that both families of providers share. */
export class WireFault extends Error {
  readonly kind: WireFaultKind;
  readonly status: number | null;
  readonly type: string | null;
  readonly retryAfterMs: number | null;
  readonly detail: string;

  constructor({ kind, status, type, retryAfterMs, detail }: WireFaultDetails) {
    super(`${kind}${status ? ` ${status}` : ""}${type ? ` ${type}` : ""}`);
    this.kind = kind;
    this.status = status ?? null;
    this.type = type ?? null;
    this.retryAfterMs = retryAfterMs ?? null;
    this.detail = detail ?? "";
  }
}

/** `Retry-After` in milliseconds: seconds, a date, or OpenAI's and Anthropic's `retry-after-ms`; null when there is none. */
export function retryAfterMs(headers: Headers | undefined, now: Date): number | null {
  const milliseconds = headers?.get("retry-after-ms");
  if (milliseconds && Number.isFinite(Number(milliseconds))) return Math.max(0, Number(milliseconds));
  const value = headers?.get("retry-after");
  if (!value) return null;
  if (Number.isFinite(Number(value))) return Math.max(0, Number(value) * 1_000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}

/** The same as some say it in words only: "Please retry in 36.3s". */
function toldDelayMs(words: string): number | null {
  const [, amount, unit] = /(?:retry|try again) (?:in|after) (\d+(?:\.\d+)?) ?(ms|m|s)?/i.exec(words) ?? [];
  if (amount === undefined) return null;
  return Math.ceil(Number(amount) * (unit === "ms" ? 1 : unit === "m" ? 60_000 : 1_000));
}

interface SdkError {
  readonly status?: number | undefined;
  readonly headers?: Headers | undefined;
  /** the error's body, as parsed from the answer or from the stream's error event */
  readonly error?: unknown;
  readonly message: string;
}

/** A field of something unknown; undefined when there is none. */
export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function httpStatus(code: unknown): number | null {
  return typeof code === "number" && code >= 400 && code < 600 ? code : null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** An SDK's error as a fault. Both SDKs keep status, headers and the body in the same places; the body's depth differs. */
export function faultOfSdkError(error: SdkError, now: Date): WireFault {
  const inner = field(error.error, "error") ?? error.error;
  // OpenAI puts the telling name into `code` (insufficient_quota), Anthropic into `type`, Google into `status`.
  const type = text(field(inner, "code")) ?? text(field(inner, "type")) ?? text(field(inner, "status"));
  // In mid-stream gateways say as a number what would have been the status.
  const status = error.status ?? httpStatus(field(inner, "code"));
  const detail = text(field(inner, "message")) ?? text(inner) ?? error.message;
  return new WireFault({
    kind: error.status === undefined ? "stream-error" : "http",
    status,
    type,
    retryAfterMs: retryAfterMs(error.headers, now) ?? toldDelayMs(detail),
    detail,
  });
}

/** An error that neither SDK has named: a connection that broke, or an answer that is no JSON. */
export function faultOfUnknown(error: unknown, signal: AbortSignal, hasBegun: boolean): WireFault {
  if (error instanceof WireFault) return error;
  if (signal.aborted) return signal.reason instanceof WireFault ? signal.reason : new WireFault({ kind: "aborted" });
  const cause = innermost(error);
  if (cause instanceof WireFault) return cause;
  if (error instanceof SyntaxError) return new WireFault({ kind: "malformed", detail: error.message });
  const connected = hasBegun || brokenConnection.has(text(field(cause, "code")) ?? "");
  return new WireFault({ kind: connected ? "disconnected" : "unreachable", detail: describe(cause) });
}

/** The other side was there and hung up. */
const brokenConnection: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

function innermost(error: unknown): unknown {
  let current = error;
  for (let depth = 0; depth < 8 && current instanceof Error && current.cause !== undefined; depth += 1) current = current.cause;
  return current;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const code = text(field(error, "code"));
  return code && !error.message.includes(code) ? `${error.message} (${code})` : error.message;
}
