import type { SessionId, TurnId, WorkspaceId } from "../../platform/ids.ts";
import { reserveCall } from "./call-budget.ts";
import { callModel, newMeter } from "./call-model.ts";
import { type CallSetup, loadCallSetup } from "./call-setup.ts";
import { takeCallSlot } from "./call-slot.ts";
import { noteOutcome, passCircuit, speaksOfSource } from "./circuit.ts";
import type { ModelEvent, ModelRequest } from "./contract.ts";
import { demoModel } from "./demo/demo-model.ts";
import type { ResolvedModel } from "./model-source.ts";
import { noteRefusedKey } from "./note-refused-key.ts";
import { ProviderError } from "./provider-error.ts";
import { findModel, resolvedDemo, resolveWithin, userOf } from "./resolve-model.ts";
import { settleBroken } from "./settle-broken.ts";
import { traceModelCall } from "./trace-model-call.ts";

/** The session that a call is made for: its member may use what he may use, and its budgets are asked. */
export interface CallOrigin {
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  /** the same id for the same call in a second process: it takes the place of what the dead one had set aside */
  readonly callId?: string;
  /** names the entry of each call in the ledger, right before it is made: so it is counted once, whoever counts it */
  readonly nameUsage?: () => string;
}

interface StreamModelInput {
  readonly workspaceId: WorkspaceId;
  readonly request: ModelRequest;
  readonly signal: AbortSignal;
  /** null for calls that belong to no session: no budget counts them */
  readonly origin?: CallOrigin | null;
}

/**
 * One model call, streamed in the vocabulary of `ModelEvent`; the last event is `finish`. Makes no second attempt at the
 * same model; where the workspace has named others to stand in, they go on (`switched`) after a failure of its source.
 * Throws ProviderError (its `failure` says whether the same call may succeed later, and where to mend it), also for
 * an abort (code "aborted") and for a budget that does not hold the call (code "budget_exceeded", before anything was
 * sent); AppError BAD_REQUEST when the workspace has no such model, or its member may not use it.
 */
export async function* streamModel({ workspaceId, request, signal, origin = null }: StreamModelInput): AsyncGenerator<ModelEvent> {
  if (request.model === demoModel.id) {
    yield* traceModelCall(resolvedDemo, request, () => callModel(resolvedDemo, request, signal));
    return;
  }
  const setup = await loadCallSetup(workspaceId, origin?.sessionId ?? null);
  const [first, ...others] = await candidates(setup, request.model);
  const most = setup.settings.maxConcurrentCalls;
  const giveBack = most === null ? null : await takeCallSlot(workspaceId, most, signal);
  try {
    let model = first;
    while (true) {
      try {
        yield* callOne(setup, origin, model, request, signal);
        return;
      } catch (error) {
        const next = others.shift();
        if (!next || !(error instanceof ProviderError) || !speaksOfSource(error.failure)) throw error;
        const { code, message, lost } = error.failure;
        yield { type: "switched", from: model.info.id, to: next.info.id, code, message, ...(lost ? { lost } : {}) };
        model = next;
      }
    }
  } finally {
    await giveBack?.();
  }
}

/** The model that was asked for, then those that may stand in for it and can be called. */
async function candidates(setup: CallSetup, wanted: string): Promise<[ResolvedModel, ...ResolvedModel[]]> {
  // Outside of a session nobody is there whose rules could be asked.
  const user = setup.spender === null ? null : userOf(setup);
  const first = await resolveWithin(setup, wanted, user);
  const { chains } = setup.settings;
  const chain = chains.find((candidate) => candidate.model === wanted) ?? chains.find((candidate) => candidate.model === "*");
  const others: ResolvedModel[] = [];
  for (const id of new Set(chain?.fallbacks)) {
    const model = id === wanted ? null : await findModel(setup, id, user);
    if (model) others.push(model);
  }
  return [first, ...others];
}

async function* callOne(
  setup: CallSetup,
  origin: CallOrigin | null,
  model: ResolvedModel,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const { source } = model;
  if (source) await passCircuit(setup, source);
  const { request: bounded, reservationId } = await reserveCall(setup, origin, model, request);
  const meter = newMeter();
  const usageId = origin?.nameUsage?.() ?? null;
  const broken = { workspaceId: setup.workspaceId, origin, model, request: bounded, reservationId, usageId, meter };
  // What a finished call has set aside is settled by whoever writes its usage down.
  let isSettled = false;
  try {
    for await (const event of traceModelCall(model, bounded, () => callModel(model, bounded, signal, meter))) {
      if (event.type === "finish") {
        isSettled = true;
        if (source) await noteOutcome(setup, source, null);
        yield { ...event, modelId: model.info.id, ...(reservationId ? { reservationId } : {}), ...(usageId ? { usageId } : {}) };
      } else yield event;
    }
  } catch (error) {
    if (!(error instanceof ProviderError) || !source) throw error;
    await noteRefusedKey(setup.workspaceId, source, error);
    await noteOutcome(setup, source, error.failure);
    isSettled = true;
    const lost = await settleBroken({ ...broken, failure: error.failure });
    throw lost ? new ProviderError({ ...error.failure, lost }, error.cause) : error;
  } finally {
    if (!isSettled) await settleBroken({ ...broken, failure: null });
  }
}
