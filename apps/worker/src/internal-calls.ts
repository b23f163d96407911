import type { IncomingHttpHeaders } from "node:http";
import { answerSandboxCall, sandboxCallPath, sandboxCallSchema } from "@opencode/core/modules/sandbox/index.ts";
import { AppError, httpStatusOf } from "@opencode/core/platform/errors.ts";
import { isInternalCall } from "@opencode/core/platform/internal-call.ts";
import { logger } from "@opencode/core/platform/logger.ts";
import { answerMachineCall, machineCallPath } from "@opencode/core/platform/machines/machine-call.ts";

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Whether a worker is asked at this path for something that only its machine can do. */
export function isInternalPath(path: string): boolean {
  return path === sandboxCallPath || path.startsWith(machineCallPath);
}

/** A call of another process of ours about what this machine holds: signed, or refused unread. */
export async function answerInternalCall(headers: IncomingHttpHeaders, path: string, body: string): Promise<Answer> {
  if (!isInternalCall(headers, path, body)) return { status: 401, body: null };
  try {
    return { status: 200, body: await answer(path, JSON.parse(body)) };
  } catch (error) {
    if (error instanceof AppError) return { status: httpStatusOf[error.code], body: { code: error.code, message: error.message } };
    logger.error({ err: error, path }, "worker: a call of another process failed");
    return { status: 500, body: { code: "INTERNAL", message: "Something went wrong in the worker. Try again." } };
  }
}

function answer(path: string, input: unknown): Promise<unknown> {
  return path === sandboxCallPath
    ? answerSandboxCall(sandboxCallSchema.parse(input))
    : answerMachineCall(path.slice(machineCallPath.length), input);
}
