import { type MessageId, newId } from "../../../platform/ids.ts";
import type { ModelMessage, ModelTool } from "../../providers/contract.ts";
import { toModelTool } from "../../tools/index.ts";
import { changeSession } from "../change-session.ts";
import type { ToolPart } from "../contract.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { findHistory, type StoredMessage } from "../message-repo.ts";
import { lockTurn } from "../repo.ts";
import { buildHistory } from "./build-history.ts";
import { contextRecordSchema } from "./context-pieces.ts";
import type { TurnTools } from "./turn-tools.ts";

export interface ModelStepStart {
  readonly messageId: MessageId;
  readonly model: string;
  readonly system: string;
  readonly history: readonly ModelMessage[];
  readonly modelTools: readonly ModelTool[];
  /** the first ordinal that is free in the message */
  readonly nextOrdinal: number;
  /** retries that were made before this process began */
  readonly attempts: number;
}

/** True for a message whose model call came to its end: what it says counts, and its calls may run. */
export function isComplete(message: StoredMessage): boolean {
  return message.role === "assistant" && message.parts.some((part) => part.type === "step-finish");
}

export const toolPartsOf = (message: Pick<StoredMessage, "parts">): ToolPart[] => message.parts.filter((part) => part.type === "tool");

/**
 * Finds the place of the turn's nth model step in the log: done already (the worker died before the engine heard),
 * half (its parts are taken back and it is written anew), or new. Null when the turn is not the run's any more.
 */
export async function beginModelStep(
  key: TurnKey & { readonly fence: number },
  step: number,
  tools: TurnTools,
): Promise<{ done: StoredMessage } | { start: ModelStepStart } | null> {
  return changeSession(key, async (change) => {
    const turn = await lockTurn(change.tx, key);
    if (turn.fence !== key.fence) return null;
    const messages = await findHistory(change.tx, key, turn.ordinal);
    const own = messages.filter((message) => message.turnId === key.turnId && message.role === "assistant");
    const done = own.filter(isComplete)[step - 1];
    if (done) return { done };
    const half = own.find((message) => message.finishedAt === null && !isComplete(message));
    const messageId = half?.id ?? newId("message");
    const partIds = (half?.parts ?? []).filter((part) => part.type !== "retry").map((part) => part.id);
    if (partIds.length > 0) await change.append([{ type: "parts.removed", data: { partIds } }]);
    if (!half) {
      const message = { id: messageId, turnId: key.turnId, role: "assistant" as const, createdAt: change.now.toISOString() };
      await change.append([{ type: "message.created", data: { message } }]);
    }
    const record = contextRecordSchema.parse(turn.contextRecord);
    return {
      start: {
        messageId,
        model: turn.model,
        system: record.system,
        history: buildHistory(messages.filter((message) => message.id !== half?.id)),
        modelTools: tools.list.map(toModelTool),
        nextOrdinal: Math.max(-1, ...(half?.parts ?? []).map((part) => part.ordinal)) + 1,
        attempts: (half?.parts ?? []).filter((part) => part.type === "retry").length,
      },
    };
  });
}
