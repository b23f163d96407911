import type { ModelContent, ModelRequest } from "../../providers/contract.ts";
import { estimateTokens } from "../../providers/index.ts";
import type { Part } from "../contract.ts";
import type { StoredMessage } from "../message-repo.ts";

const imageTokens = 1_500;
/** the same for what is reckoned in characters */
const imageChars = imageTokens * 3.6;
/** What a call reported is believed only for a text that was long enough to be told from its framing. */
const calibratedFromTokens = 2_000;

export interface ContextUse {
  /** tokens that the request would have, about */
  readonly tokens: number;
  readonly charsPerToken: number;
}

/**
 * How many tokens a request has: what the last call of this conversation was reported to have had, and an estimate for
 * what has come since: by the characters a token of that very call, or more where the new text is denser. No tokenizer
 * fits every provider's; their own count of nearly the same text does.
 */
export function contextUse(messages: readonly StoredMessage[], request: Pick<ModelRequest, "system" | "messages" | "tools">): ContextUse {
  const chars = requestChars(request);
  const last = lastReport(messages);
  if (!last || last.tokens < calibratedFromTokens) {
    const tokens = requestTokens(request);
    return { tokens, charsPerToken: Math.min(6, Math.max(1.5, chars / Math.max(1, tokens))) };
  }
  const since = messages.slice(last.index).flatMap(({ parts }) => parts);
  const sinceChars = charsOf(since);
  const before = Math.max(0, chars - sinceChars);
  const charsPerToken = Math.min(6, Math.max(1.5, before / last.tokens));
  return { tokens: Math.ceil(last.tokens + Math.max(sinceChars / charsPerToken, tokensOf(since))), charsPerToken };
}

function requestTokens({ system, messages, tools }: Pick<ModelRequest, "system" | "messages" | "tools">): number {
  const said = messages.reduce((sum, message) => sum + message.content.reduce((tokens, entry) => tokens + contentTokens(entry), 0), 0);
  return estimateTokens(system) + said + tools.reduce((sum, tool) => sum + estimateTokens(JSON.stringify(tool)), 0);
}

function contentTokens(entry: ModelContent): number {
  if (entry.type === "text" || entry.type === "reasoning") return estimateTokens(entry.text);
  if (entry.type === "tool-call") return estimateTokens(entry.name) + estimateTokens(JSON.stringify(entry.input ?? null));
  return entry.type === "tool-result" ? estimateTokens(entry.output) : imageTokens;
}

function tokensOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => {
    if (part.type === "text") return sum + estimateTokens(part.text);
    return part.type === "tool" ? sum + estimateTokens(part.output) + estimateTokens(JSON.stringify(part.input ?? null)) : sum;
  }, 0);
}

/** Characters of all that a request sends. */
export function requestChars({ system, messages, tools }: Pick<ModelRequest, "system" | "messages" | "tools">): number {
  const said = messages.reduce((sum, message) => sum + message.content.reduce((chars, entry) => chars + contentChars(entry), 0), 0);
  return system.length + said + tools.reduce((sum, tool) => sum + toolChars(tool), 0);
}

const toolSizes = new WeakMap<object, number>();
function toolChars(tool: ModelRequest["tools"][number]): number {
  const known = toolSizes.get(tool);
  if (known !== undefined) return known;
  const size = tool.name.length + tool.description.length + JSON.stringify(tool.inputSchema).length;
  toolSizes.set(tool, size);
  return size;
}

function contentChars(entry: ModelContent): number {
  if (entry.type === "text" || entry.type === "reasoning") return entry.text.length;
  if (entry.type === "tool-call") return entry.name.length + JSON.stringify(entry.input ?? null).length;
  if (entry.type === "tool-result") return entry.output.length + (entry.images?.length ?? 0) * imageChars;
  return imageChars;
}

/** The input that the newest call was reported to have had, if nothing was taken out of the conversation since. */
function lastReport(messages: readonly StoredMessage[]): { tokens: number; index: number } | null {
  for (let index = messages.length - 1; index >= 0; index--) {
    for (const part of messages[index]?.parts ?? []) {
      if (part.type === "compaction" && part.state === "completed") return null;
      if (part.type === "step-finish" && part.inputTokens > 0)
        return { tokens: part.inputTokens + part.cacheReadTokens + part.cacheWriteTokens, index };
    }
  }
  return null;
}

function charsOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => {
    if (part.type === "text") return sum + part.text.length;
    if (part.type === "image") return sum + imageChars;
    return part.type === "tool" ? sum + part.output.length + JSON.stringify(part.input ?? null).length : sum;
  }, 0);
}
