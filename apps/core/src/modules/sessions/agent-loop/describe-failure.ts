import { AppError } from "../../../platform/errors.ts";
import type { ProviderFailure } from "../../providers/contract.ts";
import { ProviderError } from "../../providers/index.ts";
import type { TurnError } from "../contract.ts";

/** What a model call failed of; null for what is not the provider's or the workspace's to mend. */
export function failureOf(error: unknown): ProviderFailure | null {
  if (error instanceof ProviderError) return error.failure;
  // The workspace has no such model any more: its key was revoked, or its server is gone.
  if (error instanceof AppError && error.code === "BAD_REQUEST") {
    const base = { status: null, retryable: false, retryAfterMs: null } as const;
    return { ...base, code: "model_unavailable", message: error.message, settingsPath: "settings/providers" };
  }
  return null;
}

/** The same as the end of a turn. */
export function toTurnError(failure: ProviderFailure, attempts: number): TurnError {
  const tried = attempts > 1 ? ` Tried ${attempts} times.` : "";
  return { code: failure.code, message: `${failure.message}${tried}`, retryable: failure.retryable, settingsPath: failure.settingsPath };
}

const overflowWords =
  /context[ _-]?(length|window|size)|maximum context|prompt is too long|input is too long|too many (input )?tokens|exceeds? .{0,40}tokens/i;

/** True when the conversation was longer than the model takes: said by a code, or in the provider's own words. */
export function isOverflow(failure: Pick<ProviderFailure, "code" | "status" | "message">): boolean {
  if (failure.code === "context_length_exceeded") return true;
  return (failure.status === 400 || failure.status === 413 || failure.status === 422) && overflowWords.test(failure.message);
}
