import type { MessageId, TurnId } from "../../../platform/ids.ts";
import type { ModelEvent, ModelRequest } from "../../providers/contract.ts";
import { streamModel } from "../../providers/index.ts";
import { type CompactionLimits, type CompactionPlan, planCompaction } from "../compaction/plan-compaction.ts";
import type { ToolPart } from "../contract.ts";
import type { TurnKey, WriterKey } from "../event-log-repo.ts";
import { contextUse } from "../history/context-use.ts";
import type { StoredMessage } from "../message-repo.ts";
import { beginChanges, endChanges, forgetChanges, settleChanges } from "./background-diff.ts";
import { type BeginningCall, beginWithMessage } from "./begin-known-call.ts";
import type { ModelStepStart } from "./begin-model-step.ts";
import type { HeldTurn, Lost } from "./hold-turn.ts";
import type { LoopRun } from "./loop-run.ts";
import { modelFacts } from "./model-facts.ts";
import { type ContextResult, prepareContext } from "./prepare-context.ts";
import { runCalls } from "./run-calls.ts";
import type { PlannedCall } from "./run-model-step.ts";
import type { Steps } from "./steps.ts";
import { type TurnTools, turnTools } from "./turn-tools.ts";

/** How full the model's context would be with a request. */
export interface ContextState {
  readonly contextSize: number | null;
  readonly isFull: boolean;
}

/** Where a model step gets what it does not find in the log: live from the providers, or recorded when a session is played again. */
export interface StepSources {
  /** what has to stand before the first step */
  prepare(run: LoopRun, key: WriterKey, sources: StepSources): Promise<ContextResult>;
  /** the call that may begin together with the end of its message */
  begin(turn: HeldTurn, tools: TurnTools, calls: readonly ToolPart[]): Promise<BeginningCall | null>;
  /** makes the calls of a message */
  calls(steps: Steps, key: WriterKey, calls: readonly PlannedCall[]): Promise<"done" | "lost">;
  /** looks what calls have changed in the work tree */
  readonly changes: {
    begin(key: WriterKey, messageId: MessageId): void;
    end(key: WriterKey): void;
    settle(key: WriterKey, messageId: MessageId): Promise<{ outcome: "done" } | Lost>;
    forget(turnId: TurnId): void;
  };
  tools(key: TurnKey): Promise<TurnTools>;
  /** `nameUsage` names the ledger's entry of each call that is made for the request */
  model(key: TurnKey, request: ModelRequest, signal: AbortSignal, nameUsage?: () => string): AsyncIterable<ModelEvent>;
  context(key: TurnKey, start: ModelStepStart, request: ModelRequest): Promise<ContextState>;
  /** how a conversation is shortened */
  plan(messages: readonly StoredMessage[], limits: CompactionLimits): CompactionPlan;
}

export const liveSources: StepSources = {
  prepare: prepareContext,
  begin: beginWithMessage,
  calls: runCalls,
  changes: { begin: beginChanges, end: endChanges, settle: settleChanges, forget: forgetChanges },
  tools: turnTools,
  plan: planCompaction,
  // A turn makes one call at a time: its id names the call also to the process that takes the turn over.
  model: ({ workspaceId, sessionId, turnId }, request, signal, nameUsage) =>
    streamModel({ workspaceId, request, signal, origin: { sessionId, turnId, callId: turnId, ...(nameUsage ? { nameUsage } : {}) } }),
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
