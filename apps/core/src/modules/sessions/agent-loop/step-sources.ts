import type { ModelEvent, ModelRequest } from "../../providers/contract.ts";
import { streamModel } from "../../providers/index.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { contextUse } from "../history/context-use.ts";
import type { ModelStepStart } from "./begin-model-step.ts";
import { modelFacts } from "./model-facts.ts";
import { type TurnTools, turnTools } from "./turn-tools.ts";

/** How full the model's context would be with a request. */
export interface ContextState {
  readonly contextSize: number | null;
  readonly isFull: boolean;
}

/** Where a model step gets what it does not find in the log: live from the providers, or recorded when a session is played again. */
export interface StepSources {
  tools(key: TurnKey): Promise<TurnTools>;
  model(key: TurnKey, request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
  context(key: TurnKey, start: ModelStepStart, request: ModelRequest): Promise<ContextState>;
}

export const liveSources: StepSources = {
  tools: turnTools,
  // A turn makes one call at a time: its id names the call also to the process that takes the turn over.
  model: ({ workspaceId, sessionId, turnId }, request, signal) =>
    streamModel({ workspaceId, request, signal, origin: { sessionId, callId: turnId } }),
  context: async ({ workspaceId }, { facts, messages }, request) => {
    const { contextTokens } = await modelFacts(workspaceId, facts.model);
    const { compaction } = facts.context;
    if (contextTokens === null || compaction?.auto === false) return { contextSize: contextTokens, isFull: false };
    return { contextSize: contextTokens, isFull: contextUse(messages, request).tokens >= fullAt(contextTokens, compaction?.reserved) };
  },
};

const fullShare = 0.85;

/** From how many tokens on a context counts as full: 85 %, or what the project wants to have kept free. */
export function fullAt(contextTokens: number, reserved: number | undefined): number {
  return reserved === undefined ? Math.floor(contextTokens * fullShare) : Math.max(Math.floor(contextTokens / 4), contextTokens - reserved);
}
