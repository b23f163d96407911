import type { MessageId, PartId } from "../../../platform/ids.ts";
import type { Part, ToolPart } from "../contract.ts";
import type { StoredMessage } from "../message-repo.ts";
import { compactedMessages } from "./compacted-messages.ts";

export interface CompactionLimits {
  /** tokens that the conversation may have afterwards without a summary */
  readonly goalTokens: number;
  readonly usedTokens: number;
  readonly charsPerToken: number;
  /** false: output stays until it is summed up */
  readonly prune: boolean;
  /** the newest prompts whose turns stay as they are, where they fit */
  readonly tailTurns: number;
  /** the most that the tail may have */
  readonly tailTokens: number;
}

export interface CompactionPlan {
  readonly prunedCalls: readonly PartId[];
  /** tokens that pruning frees, about */
  readonly prunedTokens: number;
  /** null when pruning is enough */
  readonly summarise: { readonly head: readonly StoredMessage[]; readonly tailFrom: MessageId | null } | null;
}

/** What comes in place of output that is not sent any more. */
export const prunedOutput = "[output removed: the conversation was shortened. Make the call again if you need it.]";

/** The newest output, in tokens, that is never taken out. */
const recentTokens = 20_000;
/** Shorter output is not worth it. */
const prunedFromChars = 1_000;

/**
 * How a conversation is shortened: first old output goes, which the agent can get again; when that is not enough, all but
 * a tail is summed up. The tail begins at a prompt where that fits, else at the first message that does, and never before
 * an earlier summary, which would be lost. Only what is still sent counts: the rest frees nothing.
 */
export function planCompaction(messages: readonly StoredMessage[], limits: CompactionLimits): CompactionPlan {
  const { charsPerToken } = limits;
  const { messages: sent, pruned } = compactedMessages(messages);
  const prunedCalls = limits.prune ? oldOutput(sent, pruned, recentTokens * charsPerToken) : [];
  const freed = prunedCalls.reduce((sum, part) => sum + part.output.length - prunedOutput.length, 0);
  const prunedTokens = Math.floor(freed / charsPerToken);
  const base = { prunedCalls: prunedCalls.map(({ id }) => id), prunedTokens };
  if (prunedTokens > 0 && limits.usedTokens - prunedTokens <= limits.goalTokens) return { ...base, summarise: null };
  const tailFrom = sent[tailStart(sent, limits)];
  const head = tailFrom ? messages.slice(0, messages.indexOf(tailFrom)) : messages;
  return { ...base, summarise: { head, tailFrom: tailFrom?.id ?? null } };
}

function oldOutput(messages: readonly StoredMessage[], already: ReadonlySet<string>, recentChars: number): ToolPart[] {
  let seen = 0;
  const old: ToolPart[] = [];
  for (const message of messages.toReversed()) {
    for (const part of message.parts.toReversed()) {
      if (part.type !== "tool" || already.has(part.id)) continue;
      seen += part.output.length;
      const isSafe = part.tool !== "skill" && part.endedAt !== null && part.output.length >= prunedFromChars;
      if (seen > recentChars && isSafe) old.push(part);
    }
  }
  return old.toReversed();
}

function tailStart(messages: readonly StoredMessage[], { tailTurns, tailTokens, charsPerToken }: CompactionLimits): number {
  if (tailTurns === 0) return messages.length;
  const earliest = messages.findLastIndex(({ parts }) => parts.some(isSummary)) + 1;
  let left = tailTokens * charsPerToken;
  let first = messages.length;
  while (first > earliest) {
    left -= sizeOf(messages[first - 1]);
    if (left < 0) break;
    first -= 1;
  }
  const prompts = messages.flatMap(({ role }, index) => (role === "user" && index >= first ? [index] : []));
  const cut = prompts.at(-Math.min(tailTurns, prompts.length)) ?? first;
  // Nothing before it is left to sum up: the newest half stays.
  return cut > earliest ? cut : earliest + Math.ceil((messages.length - earliest) / 2);
}

const isSummary = (part: Part): boolean => part.type === "compaction" && part.state === "completed" && part.summary !== null;

function sizeOf(message: StoredMessage | undefined): number {
  return (message?.parts ?? []).reduce((sum, part) => {
    if (part.type === "text" || part.type === "reasoning") return sum + part.text.length;
    return part.type === "tool" ? sum + part.output.length + JSON.stringify(part.input ?? null).length : sum;
  }, 0);
}
