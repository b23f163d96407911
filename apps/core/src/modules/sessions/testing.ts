import { type MessageId, newId } from "../../platform/ids.ts";
import type { Part, ToolPart } from "./contract.ts";

/** A tool part as it stands after its call; fields on top. */
export function toolPart(messageId: MessageId, ordinal: number, given: Partial<ToolPart> = {}): ToolPart {
  const id = newId("part");
  return {
    id,
    messageId,
    ordinal,
    type: "tool",
    callId: id,
    tool: "bash",
    state: "completed",
    input: { command: "true" },
    title: "true",
    output: "ok",
    exitCode: 0,
    error: null,
    metadata: { providerCallId: `call_${ordinal}` },
    decision: null,
    answer: null,
    startedAt: "2026-01-01T00:00:00.000Z",
    endedAt: "2026-01-01T00:00:01.000Z",
    ...given,
  };
}

/** A text part; ended unless `endedAt` is null. */
export function textPart(messageId: MessageId, ordinal: number, text: string, endedAt: string | null = "2026-01-01T00:00:00.000Z"): Part {
  return { id: newId("part"), messageId, ordinal, type: "text", text, endedAt };
}
