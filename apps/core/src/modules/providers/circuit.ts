import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import { limits } from "../../platform/limits.ts";
import { logger } from "../../platform/logger.ts";
import type { CallSetup } from "./call-setup.ts";
import { claimProbe, closeCircuit, countFailure } from "./circuit-repo.ts";
import type { ProviderFailure } from "./contract.ts";
import type { ModelSource } from "./model-source.ts";
import { ProviderError } from "./provider-error.ts";
import { sourceName } from "./provider-failure.ts";

/** Failures that speak of the source, and not of what it was asked. */
const outages: ReadonlySet<string> = new Set([
  "rate_limited",
  "overloaded",
  "server_error",
  "unreachable",
  "timeout",
  "stream_interrupted",
  "malformed_stream",
]);

/** Refusals of what was asked: the source is there, and answers. */
const answered: ReadonlySet<string> = new Set(["bad_request", "context_too_long", "model_not_found"]);

/** True for a failure after which another model may do better. */
export function speaksOfSource(failure: Pick<ProviderFailure, "code">): boolean {
  return outages.has(failure.code) || ["circuit_open", "quota_exceeded", "invalid_key"].includes(failure.code);
}

const nameOf = (source: ModelSource) => `${source.provider}:${source.keyId ?? source.source}`;

/** Lets a call pass, or throws ProviderError "circuit_open" while its source is left alone. After the pause one call tries. */
export async function passCircuit(setup: CallSetup, source: ModelSource): Promise<void> {
  const circuit = setup.circuits.find((candidate) => candidate.source === nameOf(source));
  if (!circuit || circuit.failures < limits.model.circuitFailures || circuit.openUntil === null) return;
  const now = systemClock.now();
  const until = circuit.openUntil;
  if (until > now) throw circuitOpen(source, circuit.failures, until.getTime() - now.getTime());
  if (await withTenant(setup.workspaceId, (tx) => claimProbe(tx, setup.workspaceId, circuit.source, now))) return;
  throw circuitOpen(source, circuit.failures, limits.model.retryBaseMs);
}

function circuitOpen(source: ModelSource, failures: number, waitMs: number): ProviderError {
  return new ProviderError({
    code: "circuit_open",
    status: null,
    retryable: true,
    retryAfterMs: Math.max(waitMs, limits.model.retryBaseMs),
    message: `${sourceName(source)} has failed ${failures} times in a row and is left alone for a moment.`,
    settingsPath: null,
  });
}

/** Notes how a call went, for every worker. Never fails the call. */
export async function noteOutcome(setup: CallSetup, source: ModelSource, failure: ProviderFailure | null): Promise<void> {
  const { workspaceId } = setup;
  const name = nameOf(source);
  const wasBad = setup.circuits.some((circuit) => circuit.source === name);
  const works = failure === null || answered.has(failure.code);
  if (works ? !wasBad : !outages.has(failure.code)) return;
  try {
    await withTenant(workspaceId, (tx) =>
      works ? closeCircuit(tx, workspaceId, name) : countFailure(tx, workspaceId, name, failure, systemClock.now()),
    );
  } catch (err) {
    logger.warn({ err, source: name }, "providers: a call's outcome was not noted");
  }
}
