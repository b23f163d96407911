import { env } from "../../../platform/env.ts";

/** How long a provider may be silent, in ms: until the first sign of life, between two, and both for the SDKs' own clock. */
export function modelPatience() {
  const { MODEL_FIRST_BYTE_TIMEOUT_MS: firstByteTimeoutMs, MODEL_IDLE_TIMEOUT_MS: idleTimeoutMs } = env();
  return { firstByteTimeoutMs, idleTimeoutMs, inAllMs: firstByteTimeoutMs + idleTimeoutMs };
}
