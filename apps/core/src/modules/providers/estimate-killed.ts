import type { SessionId, WorkspaceId } from "../../platform/ids.ts";
import { usageOfBroken } from "./adapters/estimate-usage.ts";
import { loadCallSetup } from "./call-setup.ts";
import type { LostUsage, ModelRequest } from "./contract.ts";
import { costMicros } from "./price.ts";
import { pricesOf } from "./prices-of.ts";
import { findModel, userOf } from "./resolve-model.ts";

interface KilledCall {
  readonly workspaceId: WorkspaceId;
  readonly sessionId: SessionId;
  /** the model that was answering */
  readonly model: string;
  /** what it was sent, or is sent anew */
  readonly request: ModelRequest;
  /** how much of its answer is known */
  readonly outputChars: number;
}

/**
 * What a call whose process died in the middle of it has cost, estimated as for one that broke off: nobody is left who
 * has heard its provider's own count. Null when nothing of an answer is known, or when the call was the demo model's.
 */
export async function estimateKilled(call: KilledCall): Promise<(LostUsage & { readonly priceKnown: boolean }) | null> {
  const usage = usageOfBroken(call.request, { usage: null, outputChars: call.outputChars });
  if (!usage) return null;
  const setup = await loadCallSetup(call.workspaceId, call.sessionId);
  // A model that can't be had any more has no price that anybody knows.
  const model = await findModel(setup, call.model, userOf(setup));
  if (model?.source === null) return null;
  const prices = model ? pricesOf(model) : null;
  return { usage, costMicros: costMicros(prices, usage), priceKnown: prices !== null };
}
