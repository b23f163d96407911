import { AppError } from "../../platform/errors.ts";
import type { ProviderFailure } from "./contract.ts";

/** A model call that failed, with what a retry policy and a person need to know. */
export class ProviderError extends AppError {
  readonly failure: ProviderFailure;
  constructor(failure: ProviderFailure, cause?: unknown) {
    super("PROVIDER_ERROR", failure.message, { cause });
    this.failure = failure;
  }
}

/** Somebody has stopped the call. */
export function abortedCall(): ProviderError {
  const base = { status: null, retryable: false, retryAfterMs: null, settingsPath: null } as const;
  return new ProviderError({ ...base, code: "aborted", message: "The call was stopped." });
}

/** A stream that ended without its last event. */
export function incompleteCall(): ProviderError {
  const base = { status: null, retryable: true, retryAfterMs: null, settingsPath: null } as const;
  return new ProviderError({ ...base, code: "incomplete_stream", message: "The provider ended its answer in the middle." });
}
