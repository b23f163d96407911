import { databaseUnavailable, isDatabaseUnavailable } from "@opencode/core/platform/database/database-unavailable.ts";
import { AppError, type ErrorCode, httpStatusOf } from "@opencode/core/platform/errors.ts";
import { logger } from "@opencode/core/platform/logger.ts";
import { z } from "zod";

const titles: Record<ErrorCode, string> = {
  BAD_REQUEST: "Bad request",
  UNAUTHENTICATED: "Not signed in",
  FORBIDDEN: "Not allowed",
  NOT_FOUND: "Not found",
  CONFLICT: "Conflict",
  PAYLOAD_TOO_LARGE: "Too large",
  UNPROCESSABLE: "Can't be processed",
  TOO_MANY_REQUESTS: "Too many requests",
  PROVIDER_ERROR: "The model's provider failed",
  UNAVAILABLE: "Not available right now",
  INTERNAL: "Our fault",
};

/** RFC 9457; `errors` lists what is wrong with the input, field by field. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  requestId: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
type Problem = z.infer<typeof problemSchema>;

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof z.ZodError)
    return new AppError("BAD_REQUEST", "The request does not fit its schema; `errors` says where.", { cause: error });
  if (isDatabaseUnavailable(error)) return databaseUnavailable(error);
  const message = "Something went wrong on our side. Try again; if it stays, tell the operator the request id.";
  return new AppError("INTERNAL", message, { cause: error });
}

/** Any failure as application/problem+json. What was not written for people is logged and not sent. */
export function problemResponse(error: unknown, requestId: string): Response {
  const { code, message, cause, retryAfterSeconds } = toAppError(error);
  const status = httpStatusOf[code];
  if (status >= 500) logger.error({ err: cause ?? error, requestId }, "REST request failed");
  const problem: Problem = {
    type: `urn:opencode:problem:${code.toLowerCase().replaceAll("_", "-")}`,
    title: titles[code],
    status,
    detail: message,
    requestId,
    ...(cause instanceof z.ZodError
      ? { errors: cause.issues.map((issue) => ({ path: issue.path.map(String).join("."), message: issue.message })) }
      : {}),
  };
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store", "x-request-id": requestId });
  if (retryAfterSeconds !== undefined) headers.set("retry-after", String(retryAfterSeconds));
  if (status === 401) headers.set("www-authenticate", "Bearer");
  return new Response(JSON.stringify(problem), { status, headers });
}
