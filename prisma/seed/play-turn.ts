import type { Part, SessionEventBody, TurnError, TurnState } from "@opencode/core/modules/sessions/contract.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { diffOf, type PlayedFile } from "./played-diff.ts";

/** One thing that the agent of a seeded turn did. */
export type PlayedStep =
  | { readonly text: string }
  | {
      readonly tool: string;
      readonly title: string;
      readonly input: Readonly<Record<string, unknown>>;
      readonly output: string;
      readonly exitCode?: number;
      readonly state?: "running" | "waiting" | "completed" | "error";
    };

export interface PlayedTurn {
  readonly prompt: string;
  readonly state: TurnState;
  readonly at: Date;
  readonly ordinal?: number;
  readonly model?: string;
  readonly steps: readonly PlayedStep[];
  readonly error?: TurnError;
  readonly changes?: readonly PlayedFile[];
  /** of the turn's model calls together */
  readonly use?: PlayedUse;
}

export interface PlayedUse {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicros: number;
}

const secondMs = 1_000;

function playStep(step: PlayedStep, base: Pick<Part, "id" | "messageId" | "ordinal">, at: string): Part {
  if ("text" in step) return { ...base, type: "text", text: step.text, endedAt: at };
  const state = step.state ?? (step.exitCode ? "error" : "completed");
  const hasEnded = state === "completed" || state === "error";
  return {
    ...base,
    type: "tool",
    callId: `call_${base.ordinal}_${base.id.slice(-6)}`,
    tool: step.tool,
    state,
    input: step.input,
    title: step.title,
    output: step.output,
    exitCode: hasEnded ? (step.exitCode ?? (step.tool === "bash" ? 0 : null)) : null,
    error: null,
    metadata: {},
    decision: null,
    answer: null,
    startedAt: at,
    endedAt: hasEnded ? new Date(Date.parse(at) + (step.tool === "bash" ? 840 : 14)).toISOString() : null,
  };
}

function patchPart(base: Pick<Part, "id" | "messageId" | "ordinal">, changes: readonly PlayedFile[]): Part {
  const { treeId, additions, deletions, files } = diffOf(changes).diff;
  return { ...base, type: "patch", treeId, files: files.map(({ path }) => path), additions, deletions };
}

function stepFinish(base: Pick<Part, "id" | "messageId" | "ordinal">, turn: PlayedTurn, use: PlayedUse): Part {
  const finishReason = turn.state === "waiting" || turn.state === "running" ? "tool-calls" : "stop";
  const durationMs = turn.steps.length * secondMs;
  return {
    ...base,
    type: "step-finish",
    step: 1,
    finishReason,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    contextSize: null,
    durationMs,
    ...use,
  };
}

/** The log of one turn, as the product would have written it. */
export function playTurn(turn: PlayedTurn): SessionEventBody[] {
  const turnId = newId("turn");
  const [userMessage, agentMessage] = [newId("message"), newId("message")];
  const at = (seconds: number) => new Date(turn.at.getTime() + seconds * secondMs).toISOString();
  const model = turn.model ?? "demo";
  const hasEnded = ["completed", "failed", "aborted"].includes(turn.state);
  const hasStarted = turn.state !== "queued";
  const parts = turn.steps.map((step, ordinal) => playStep(step, { id: newId("part"), messageId: agentMessage, ordinal }, at(ordinal + 1)));
  const next = () => ({ id: newId("part"), messageId: agentMessage, ordinal: parts.length });
  if (turn.changes) parts.push(patchPart(next(), turn.changes));
  if (turn.use) parts.push(stepFinish(next(), turn, turn.use));
  const waiting = parts.find((part) => part.type === "tool" && part.state === "waiting");
  const events: SessionEventBody[] = [
    { type: "message.created", data: { message: { id: userMessage, turnId, role: "user", createdAt: at(0) } } },
    {
      type: "part.updated",
      data: { part: { id: newId("part"), messageId: userMessage, ordinal: 0, type: "text", text: turn.prompt, endedAt: at(0) } },
    },
  ];
  if (hasStarted)
    events.push({ type: "message.created", data: { message: { id: agentMessage, turnId, role: "assistant", createdAt: at(0) } } });
  events.push(...parts.map((part): SessionEventBody => ({ type: "part.updated", data: { part } })));
  if (waiting?.type === "tool") {
    const request = { id: newId("permissionRequest"), turnId, callId: waiting.callId, permission: waiting.tool, target: waiting.title };
    events.push({
      type: "permission.updated",
      data: { request: { ...request, alwaysRule: `${waiting.title.split(" ")[0]} *`, state: "pending", createdAt: at(parts.length) } },
    });
  }
  if (turn.changes) {
    const { files, additions, deletions } = diffOf(turn.changes).diff;
    events.push({ type: "diff.updated", data: { filesChanged: files.length, additions, deletions } });
  }
  events.push({
    type: "turn.updated",
    data: {
      turn: {
        id: turnId,
        ordinal: turn.ordinal ?? 1,
        state: turn.state,
        model,
        runId: null,
        error: turn.error ?? null,
        createdAt: at(0),
        startedAt: hasStarted ? at(0) : null,
        finishedAt: hasEnded ? at(parts.length + 1) : null,
      },
    },
  });
  return events;
}
