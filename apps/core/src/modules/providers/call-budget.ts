import { newId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { type CallOffer, reserveBudget } from "../billing/index.ts";
import { estimateInputTokens } from "./adapters/estimate-usage.ts";
import type { CallSetup } from "./call-setup.ts";
import type { ModelRequest } from "./contract.ts";
import type { ResolvedModel } from "./model-source.ts";
import { costMicros } from "./price.ts";
import { type KnownPrices, pricesOf } from "./prices-of.ts";
import { ProviderError } from "./provider-error.ts";
import type { CallOrigin } from "./stream-model.ts";

export interface BudgetedCall {
  readonly request: ModelRequest;
  /** null when no budget has anything to say */
  readonly reservationId: string | null;
}

/**
 * Sets aside what a call may cost before it is made, and bounds its answer to what there is money for. Throws
 * ProviderError "budget_exceeded" or "price_unknown", which no retry mends.
 */
export async function reserveCall(
  setup: CallSetup,
  origin: CallOrigin | null,
  model: ResolvedModel,
  request: ModelRequest,
): Promise<BudgetedCall> {
  const prices = pricesOf(model);
  if (prices === null && setup.settings.unknownPrice === "refuse")
    throw refusal("price_unknown", unknownPrice(model), "settings/providers");
  const { spender } = setup;
  if (!origin || !spender?.hasBudgets) return { request, reservationId: null };
  const callId = origin.callId ?? newId("usage");
  const offers = offersOf(request, model, prices);
  const outcome = await reserveBudget({ workspaceId: setup.workspaceId, sessionId: origin.sessionId, spender, callId, offers });
  if ("refused" in outcome) throw refusal("budget_exceeded", outcome.refused, "settings/usage");
  // Without a price there is nothing that a shorter answer would save.
  const bounded = prices === null ? request : { ...request, maxOutputTokens: outcome.granted.maxOutputTokens };
  return { request: bounded, reservationId: outcome.reservationId };
}

/** What the call costs at most, for answers of several lengths, the longest first. */
function offersOf(request: ModelRequest, model: ResolvedModel, prices: KnownPrices | null): CallOffer[] {
  const inputTokens = Math.ceil(estimateInputTokens(request) * limits.budget.estimateMargin);
  const most = Math.min(
    request.maxOutputTokens ?? limits.model.defaultMaxOutputTokens,
    model.info.maxOutputTokens ?? Number.POSITIVE_INFINITY,
  );
  const lengths = [most, ...limits.budget.outputSteps.filter((tokens) => tokens < most)];
  const nothing = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
  return lengths.map((maxOutputTokens) => ({
    maxOutputTokens,
    // The dearest way in: everything is written into the cache.
    amountMicros: Math.max(
      costMicros(prices, { ...nothing, inputTokens, outputTokens: maxOutputTokens }),
      costMicros(prices, { ...nothing, cacheWriteTokens: inputTokens, outputTokens: maxOutputTokens }),
    ),
  }));
}

function unknownPrice(model: ResolvedModel): string {
  return `The call was not made: nobody knows what ${model.info.id} costs, and this workspace does not call such models. An admin can enter its price, or allow them, in Settings → Providers.`;
}

function refusal(code: string, message: string, settingsPath: string): ProviderError {
  return new ProviderError({ code, status: null, retryable: false, retryAfterMs: null, message, settingsPath });
}
