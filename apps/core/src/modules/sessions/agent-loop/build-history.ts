import type { ModelContent, ModelImage, ModelMessage } from "../../providers/contract.ts";
import { compactedMessages } from "../compaction/compacted-messages.ts";
import { prunedOutput } from "../compaction/plan-compaction.ts";
import type { Part, ToolPart } from "../contract.ts";
import type { StoredMessage } from "../message-repo.ts";
import { instructionOf } from "./step-asks.ts";

/** Pictures of prompts and of calls, by the id of their part. */
type Images = ReadonlyMap<string, readonly ModelImage[]>;

/**
 * What a model is sent of a session: its messages as they stand in the log, tool results right after their calls; where
 * the conversation was shortened, what stands in its place.
 */
export function buildHistory(messages: readonly StoredMessage[], images: Images = new Map()): ModelMessage[] {
  const used = new Set<string>();
  const compacted = compactedMessages(messages);
  const history = compacted.messages.flatMap((message) =>
    message.role === "user" ? [userMessage(message, images)] : assistantMessages(message, used, compacted.pruned, images),
  );
  const preamble: ModelMessage[] =
    compacted.preamble === null ? [] : [{ role: "user", content: [{ type: "text", text: compacted.preamble }] }];
  return mergeNeighbours([...preamble, ...history].filter((message) => message.content.length > 0));
}

function userMessage(message: StoredMessage, images: Images): ModelMessage {
  return { role: "user", content: message.parts.flatMap((part) => promptContent(part, images)) };
}

/** A prompt's text as its command made it, what it names with it. */
function promptContent(part: Part, images: Images): ModelContent[] {
  if (part.type === "image") {
    const shown = images.get(part.id) ?? [];
    const gone = `[The picture "${part.name}" was sent here; it is not shown any more.]`;
    return shown.length === 0 ? [{ type: "text", text: gone }] : shown.map((image) => ({ type: "image", ...image }));
  }
  const text = promptText(part);
  return text === null ? textContent(part) : [{ type: "text", text }];
}

function promptText(part: Part): string | null {
  if (part.type === "text") return part.expanded ?? null;
  if (part.type === "file" && part.text !== null) {
    const cut = part.truncated ? "\n[cut: read the file for the rest]" : "";
    return `The file ${part.path}, which the message names:\n<file path=${JSON.stringify(part.path)}>\n${part.text}${cut}\n</file>`;
  }
  if (part.type === "agent") return `The user wants the sub-agent "${part.name}" to work on this: give it to it with the task tool.`;
  if (part.type === "subtask") return `Give the above to the sub-agent "${part.agent}" with the task tool, and report its result.`;
  return null;
}

function textContent(part: Part): ModelContent[] {
  return part.type === "text" && part.text.trim() !== "" ? [{ type: "text", text: part.text }] : [];
}

function assistantMessages(message: StoredMessage, used: Set<string>, pruned: ReadonlySet<string>, images: Images): ModelMessage[] {
  const asked: ModelContent[] = [];
  const content: ModelContent[] = [];
  const results: ModelContent[] = [];
  for (const part of message.parts) {
    if (part.type === "notice") asked.push({ type: "text", text: instructionOf(part.code, part.text) });
    // A thought without text may still carry what its model wants to see again.
    if (part.type === "reasoning" && (part.text !== "" || part.signature !== null))
      content.push({ type: "reasoning", text: part.text, signature: part.signature });
    if (part.type === "text") content.push(...textContent(part));
    // A call whose input never came whole was not made.
    if (part.type === "tool" && part.input !== null) {
      const callId = providerCallId(part, used);
      content.push({ type: "tool-call", callId, name: part.tool, input: part.input });
      const seen = pruned.has(part.id) ? undefined : images.get(part.id);
      const isError = part.state !== "completed";
      results.push({
        type: "tool-result",
        callId,
        name: part.tool,
        output: toldOutput(part, pruned),
        isError,
        ...(seen ? { images: seen } : {}),
      });
    }
  }
  return [
    { role: "user", content: asked },
    { role: "assistant", content },
    { role: "user", content: results },
  ];
}

// Providers number their calls anew in each turn; in one conversation an id may stand for one call only.
function providerCallId(part: ToolPart, used: Set<string>): string {
  const given = part.metadata.providerCallId;
  const id = typeof given === "string" && given !== "" && !used.has(given) ? given : part.callId;
  used.add(id);
  return id;
}

function toldOutput(part: ToolPart, pruned: ReadonlySet<string>): string {
  if (pruned.has(part.id)) return prunedOutput;
  if (part.state === "completed") return part.output;
  if (part.endedAt === null) return "This call was interrupted.";
  const isBrokenOff = part.error !== null && !part.output.includes(part.error);
  return [isBrokenOff ? part.error : "", part.output].filter((text) => text !== "").join("\n");
}

function mergeNeighbours(messages: readonly ModelMessage[]): ModelMessage[] {
  const merged: ModelMessage[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last?.role === message.role) merged[merged.length - 1] = { role: last.role, content: [...last.content, ...message.content] };
    else merged.push(message);
  }
  return merged;
}
