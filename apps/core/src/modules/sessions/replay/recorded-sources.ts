import { z } from "zod";
import { withTenant } from "../../../platform/database/database.ts";
import { idSchema, newId } from "../../../platform/ids.ts";
import type { ModelEvent, ModelRequest } from "../../providers/contract.ts";
import { ProviderError } from "../../providers/index.ts";
import { builtinTools, type Tool } from "../../tools/index.ts";
import { isComplete, toolPartsOf } from "../agent-loop/begin-model-step.ts";
import { type HeldTurn, holdTurn, type Lost, lost } from "../agent-loop/hold-turn.ts";
import type { PlannedCall } from "../agent-loop/run-model-step.ts";
import type { StepSources } from "../agent-loop/step-sources.ts";
import type { TurnTools } from "../agent-loop/turn-tools.ts";
import { planCompaction } from "../compaction/plan-compaction.ts";
import type { Part, ToolPart } from "../contract.ts";
import { findNextOrdinal, findPart, type StoredMessage } from "../message-repo.ts";
import { outputToolName, outputToolOf } from "../structured-output/output-tool.ts";
import type { Recording } from "./recording.ts";

type RecordedTurn = Recording["turns"][number];

/** What models and tools answered in a recorded turn, handed out again in its order. */
export function recordedSources(turn: RecordedTurn, messages: readonly StoredMessage[]): StepSources {
  // A message without parts was given up before it said anything.
  const answers = messages.filter(({ role, parts }) => role === "assistant" && parts.length > 0);
  let next = 0;
  let attempts = 0;
  const current = () => answers[next];
  const tools = toolsOf(turn, answers);
  return {
    prepare: async () => ({
      outcome: "ready",
      maxSteps: stepsOf(answers),
      hasOutputSchema: turn.outputSchema !== null,
      isCompaction: turn.kind === "compact",
    }),
    tools: async () => tools,
    // What a call came to is in the log; nothing is run.
    begin: async () => null,
    context: async () => {
      const compaction = current()?.parts.find((part) => part.type === "compaction");
      const finish = current()?.parts.find((part) => part.type === "step-finish");
      return { contextSize: finish?.contextSize ?? null, isFull: compaction?.reason === "full" };
    },
    plan: (given, limits) => {
      const compaction = current()?.parts.find((part) => part.type === "compaction");
      const plan = planCompaction(given, limits);
      if (compaction?.state !== "completed" || compaction.summary !== null)
        return { ...plan, summarise: plan.summarise ?? { head: given, tailFrom: null } };
      // Less output was enough, so that no model was called.
      next += 1;
      return { ...plan, summarise: null };
    },
    async *model(_key, request: ModelRequest) {
      const message = current();
      if (!message) throw failure("recording_ended", "The recording has no further answer of the model.", false);
      const compaction = message.parts.find((part) => part.type === "compaction");
      // The step before which the conversation was shortened because the provider had refused it.
      if (compaction && request.tools.length > 0) throw failure("context_too_long", "recorded", false);
      if (compaction?.state === "failed") throw failure("recorded", compaction.error ?? "", false);
      const retries = message.parts.filter((part) => part.type === "retry" && part.code !== "switched");
      const retry = retries[attempts];
      if (retry?.type === "retry") {
        attempts += 1;
        throw failure(retry.code, retry.message, true);
      }
      // Before the last event: who has it asks for no more.
      next += 1;
      attempts = 0;
      yield* eventsOf(message);
    },
    calls: async (_steps, key, calls) => {
      const recorded = toolPartsOf(answers[next - 1] ?? { parts: [] });
      return (await holdTurn(key, (held) => answerCalls(held, calls, recorded))).outcome;
    },
    changes: {
      begin: () => undefined,
      end: () => undefined,
      forget: () => undefined,
      settle: (key, messageId) =>
        holdTurn(key, async ({ writer }) => {
          const patches = answers.flatMap(({ parts }) => parts.filter((part) => part.type === "patch"));
          const last = patches.at(-1);
          if (!last) return { outcome: "done" as const };
          const ordinal = await withTenant(key.workspaceId, (tx) => findNextOrdinal(tx, key, messageId));
          const part: Part = { ...last, id: newId("part"), messageId, ordinal };
          return (await writer.write([{ type: "part.updated", data: { part } }])) ? { outcome: "done" as const } : lost;
        }),
    },
  };
}

/** The calls of a replayed step with what was recorded of them; those that the recording does not have are an error. */
async function answerCalls(
  turn: HeldTurn,
  calls: readonly PlannedCall[],
  recorded: readonly ToolPart[],
): Promise<{ outcome: "done" } | Lost> {
  for (const [index, { callId }] of calls.entries()) {
    const partId = idSchema("part").parse(callId);
    const own = await withTenant(turn.key.workspaceId, (tx) => findPart(tx, turn.key, partId));
    const answer = recorded[index];
    if (!answer || own?.type !== "tool")
      throw new Error(`the recording has no answer to call ${index + 1}: ${own?.type === "tool" ? own.tool : callId}`);
    const { id, messageId, ordinal, input, tool } = own;
    const part: ToolPart = { ...answer, id, callId, messageId, ordinal, input, tool };
    if (!(await turn.writer.write([{ type: "part.updated", data: { part } }]))) return lost;
  }
  return { outcome: "done" };
}

/** The tools by their names: a recorded call is answered, never made. */
function toolsOf(turn: RecordedTurn, answers: readonly StoredMessage[]): TurnTools {
  const writing = new Set(
    answers
      .filter(({ parts }) => parts.some(({ type }) => type === "patch"))
      .flatMap(toolPartsOf)
      .map(({ tool }) => tool),
  );
  const known = builtinTools.filter(({ name }) => turn.context?.tools.some((tool) => tool.name === name) ?? true);
  const names = new Set([...known.map(({ name }) => name), ...answers.flatMap(toolPartsOf).map(({ tool }) => tool)]);
  const others = [...names]
    .filter((name) => name !== outputToolName && !known.some((tool) => tool.name === name))
    .map((name) => stub(name, !writing.has(name)));
  const list = [...known, ...others, ...(turn.outputSchema ? [outputToolOf(turn.id, turn.outputSchema)] : [])];
  return { list, find: (name) => list.find((tool) => tool.name === name) ?? null };
}

function stub(name: string, readOnly: boolean): Tool {
  return {
    name,
    description: "",
    inputSchema: z.unknown(),
    modelSchema: { type: "object" },
    readOnly,
    subject: async () => ({ permission: name, targets: [], alwaysRule: "*" }),
    execute: async () => {
      throw new Error("a recorded call is not made again");
    },
  };
}

/** After how many steps the recorded turn had to sum up; more than it took when it never had to. */
function stepsOf(answers: readonly StoredMessage[]): number {
  const steps = answers.filter(isComplete);
  const summedUpAt = steps.findIndex(({ parts }) => parts.some((part) => part.type === "notice" && part.code === "step_limit"));
  return summedUpAt === -1 ? steps.length + 1_000 : summedUpAt;
}

function* eventsOf(message: StoredMessage): Generator<ModelEvent> {
  for (const part of message.parts) {
    if (part.type === "compaction" && part.summary !== null) yield { type: "text-delta", text: part.summary };
    if (part.type === "text" && part.text !== "") yield { type: "text-delta", text: part.text };
    if (part.type === "reasoning") {
      if (part.text !== "") yield { type: "reasoning-delta", text: part.text };
      yield { type: "reasoning-end", signature: part.signature };
    }
    if (part.type === "tool") yield* callOf(part);
    if (part.type === "step-finish") yield finishOf(part);
  }
  if (!isComplete(message)) yield finishOf(null);
}

function* callOf(part: ToolPart): Generator<ModelEvent> {
  const given = part.metadata.providerCallId;
  const callId = typeof given === "string" ? given : part.callId;
  yield { type: "tool-call-start", callId, name: part.tool };
  const invalidInput = part.metadata.invalidInput === true && typeof part.input === "string" ? part.input : null;
  if (part.input !== null) yield { type: "tool-call", callId, name: part.tool, input: part.input, invalidInput };
}

const reasons = ["stop", "tool-calls", "length", "refusal", "other"] as const;

function finishOf(part: Extract<Part, { type: "step-finish" }> | null): ModelEvent {
  const { inputTokens = 0, outputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0, reasoningTokens = 0 } = part ?? {};
  return {
    type: "finish",
    reason: reasons.find((reason) => reason === part?.finishReason) ?? "other",
    usage: { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens },
    costMicros: part?.costMicros ?? 0,
    responseModel: "recorded",
  };
}

function failure(code: string, message: string, retryable: boolean): ProviderError {
  return new ProviderError({ code, status: null, retryable, retryAfterMs: 0, message, settingsPath: null });
}
