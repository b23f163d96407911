/** Every way in which the product refuses or fails, each mapped once for tRPC and once for REST. */
export const errorCodes = [
  "BAD_REQUEST",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "NOT_FOUND",
  "CONFLICT",
  "PAYLOAD_TOO_LARGE",
  "UNPROCESSABLE",
  "TOO_MANY_REQUESTS",
  "PROVIDER_ERROR",
  "UNAVAILABLE",
  "INTERNAL",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

export const httpStatusOf: Record<ErrorCode, number> = {
  BAD_REQUEST: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNPROCESSABLE: 422,
  TOO_MANY_REQUESTS: 429,
  PROVIDER_ERROR: 502,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/**
 * An error whose message may be shown: it says what happened, what it means and what to do next.
 * Internals belong in `cause`, which is logged and never sent.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  /** Seconds after which a new attempt makes sense (429, 503). */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, publicMessage: string, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(publicMessage, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** A row that is not there, or that belongs to somebody else: the caller can't tell which. */
export function notFound(what: string): AppError {
  return new AppError("NOT_FOUND", `${what} was not found. It may have been removed, or you may lack access to it.`);
}
