import type { IncomingHttpHeaders } from "node:http";
import { answerSandboxCall, sandboxCallSchema } from "@opencode/core/modules/sandbox/index.ts";
import { AppError, httpStatusOf } from "@opencode/core/platform/errors.ts";
import { isInternalCall } from "@opencode/core/platform/internal-call.ts";
import { logger } from "@opencode/core/platform/logger.ts";

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A call of another process of ours about a sandbox that this worker holds: signed, or refused unread. */
export async function answerInternalCall(headers: IncomingHttpHeaders, path: string, body: string): Promise<Answer> {
  if (!isInternalCall(headers, path, body)) return { status: 401, body: null };
  try {
    return { status: 200, body: await answerSandboxCall(sandboxCallSchema.parse(JSON.parse(body))) };
  } catch (error) {
    if (error instanceof AppError) return { status: httpStatusOf[error.code], body: { code: error.code, message: error.message } };
    logger.error({ err: error }, "worker: a call about a sandbox failed");
    return { status: 500, body: { code: "INTERNAL", message: "Something went wrong in the worker. Try again." } };
  }
}
