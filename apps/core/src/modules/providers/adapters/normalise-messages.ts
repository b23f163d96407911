import { createHash } from "node:crypto";
import type { ModelContent, ModelMessage } from "../contract.ts";

type ToolCall = Extract<ModelContent, { type: "tool-call" }>;
type ToolResult = Extract<ModelContent, { type: "tool-result" }>;

const interrupted = "This call was interrupted; its outcome is not known.";

/** A call id that every provider takes: at most 40 letters, digits, `_` and `-`; the same one for the same id. */
export function wireCallId(callId: string): string {
  if (/^[\w-]{1,40}$/.test(callId)) return callId;
  return `call_${createHash("sha256").update(callId).digest("hex").slice(0, 32)}`;
}

/**
 * A history that every provider takes: messages of the same role are joined, empty ones left out, each tool call
 * is answered in the very next user message (an interrupted one by saying so), no result stands without its call, and
 * the last word is the user's. Nothing else is touched: newer models notice when their history changes.
 */
export function normaliseMessages(messages: readonly ModelMessage[]): ModelMessage[] {
  const joined: { role: ModelMessage["role"]; content: ModelContent[] }[] = [];
  for (const message of messages) {
    const content = message.content.filter((part) => part.type !== "text" || part.text.trim() !== "");
    const last = joined.at(-1);
    if (last?.role === message.role) last.content.push(...content);
    else if (content.length > 0) joined.push({ role: message.role, content: [...content] });
  }
  return joined.flatMap((message, index): ModelMessage[] => {
    if (message.role === "assistant") {
      const next = joined[index + 1];
      const calls = message.content.filter((part) => part.type === "tool-call");
      if (next !== undefined) return [message];
      return [message, { role: "user", content: calls.length > 0 ? calls.map(unanswered) : [{ type: "text", text: "Go on." }] }];
    }
    const content = answers(joined[index - 1]?.content ?? [], message.content);
    return content.length > 0 ? [{ role: "user", content }] : [];
  });
}

function answers(before: readonly ModelContent[], content: readonly ModelContent[]): ModelContent[] {
  const results = new Map(content.filter((part) => part.type === "tool-result").map((part) => [part.callId, part]));
  const calls = before.filter((part) => part.type === "tool-call");
  return [...calls.map((call) => results.get(call.callId) ?? unanswered(call)), ...content.filter((part) => part.type !== "tool-result")];
}

function unanswered(call: ToolCall): ToolResult {
  return { type: "tool-result", callId: call.callId, name: call.name, output: interrupted, isError: true };
}
