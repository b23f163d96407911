import { AppError } from "../../../platform/errors.ts";
import { limits } from "../../../platform/limits.ts";
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
  const waitMs = failure.retryAfterMs ?? 0;
  const wait = waitMs > limits.model.maxRetryWaitMs ? ` It asks to be left alone for ${Math.ceil(waitMs / 60_000)} minutes.` : "";
  return {
    code: failure.code,
    message: `${failure.message}${tried}${wait}`,
    retryable: failure.retryable,
    settingsPath: failure.settingsPath,
  };
}

/** True when the conversation was longer than the model takes. */
export function isOverflow(failure: Pick<ProviderFailure, "code">): boolean {
  return failure.code === "context_too_long";
}
