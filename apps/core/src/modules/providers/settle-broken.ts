import { withTenant } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { logger } from "../../platform/logger.ts";
import { recordUsage, releaseReservation } from "../billing/index.ts";
import { usageOfBroken } from "./adapters/estimate-usage.ts";
import type { CallMeter } from "./adapters/model-call.ts";
import type { LostUsage, ModelRequest, ProviderFailure } from "./contract.ts";
import type { ResolvedModel } from "./model-source.ts";
import { costMicros } from "./price.ts";
import { pricesOf } from "./prices-of.ts";
import type { CallOrigin } from "./stream-model.ts";

interface BrokenCall {
  readonly workspaceId: WorkspaceId;
  readonly origin: CallOrigin | null;
  readonly model: ResolvedModel;
  readonly request: ModelRequest;
  readonly reservationId: string | null;
  /** null: its origin gave it no name */
  readonly usageId: string | null;
  readonly meter: CallMeter;
  /** null when its caller did not want the rest */
  readonly failure: ProviderFailure | null;
}

/** Failures that are of the connection, or of whoever has waited: the provider has begun its work, and counts it. */
const ofTheWay: ReadonlySet<string> = new Set(["aborted", "timeout", "stream_interrupted", "malformed_stream"]);

/**
 * Settles a call that broke off: what its provider counts of it goes into the ledger, what was set aside comes back.
 * Answers what it has cost; null when nothing, or when it was counted already. Never fails the call anew.
 */
export async function settleBroken(call: BrokenCall): Promise<LostUsage | null> {
  const { workspaceId, origin, model, reservationId, usageId } = call;
  const usage = call.model.source && isCounted(call) ? usageOfBroken(call.request, call.meter) : null;
  try {
    if (!usage || !origin) {
      if (reservationId) await releaseReservation(workspaceId, reservationId);
      return null;
    }
    const { sessionId, turnId } = origin;
    const prices = pricesOf(model);
    const lost = { usage, costMicros: costMicros(prices, usage) };
    const entry = {
      workspaceId,
      sessionId,
      turnId,
      model: model.info.id,
      ...usage,
      costMicros: lost.costMicros,
      priceKnown: prices !== null,
    };
    const named = { ...(reservationId ? { reservationId } : {}), ...(usageId ? { id: usageId } : {}) };
    const isNew = await withTenant(workspaceId, (tx) => recordUsage(tx, { ...entry, ...named }));
    return isNew ? lost : null;
  } catch (err) {
    logger.warn({ err }, "providers: a broken call was not settled; what it had set aside expires by itself");
    return null;
  }
}

/** A provider that reports its own fault before it has said anything counts nothing. */
function isCounted({ meter, failure }: BrokenCall): boolean {
  return meter.outputChars > 0 || failure === null || ofTheWay.has(failure.code);
}
