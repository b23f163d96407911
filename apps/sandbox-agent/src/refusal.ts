import type { AgentErrorCode } from "@opencode/core/modules/sandbox/agent/protocol.ts";

/** An error whose message the worker may show. */
export class Refusal extends Error {
  readonly code: AgentErrorCode;

  constructor(code: AgentErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The errno of a system error, or undefined. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
