import type { Part, SessionEventBody, TurnError, TurnState } from "@opencode/core/modules/sessions/contract.ts";
import { newId } from "@opencode/core/platform/ids.ts";

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
  readonly diff?: { readonly filesChanged: number; readonly additions: number; readonly deletions: number };
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
    endedAt: hasEnded ? at : null,
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
  if (turn.diff) events.push({ type: "diff.updated", data: turn.diff });
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
