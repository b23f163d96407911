import { currentTodos } from "../../tools/index.ts";
import type { Part, ToolPart } from "../contract.ts";
import type { StoredMessage } from "../message-repo.ts";

export type CompactionPart = Extract<Part, { type: "compaction" }>;

export interface CompactedMessages {
  /** stands in place of what was summed up; null when nothing was */
  readonly preamble: string | null;
  /** what is sent as it stands */
  readonly messages: readonly StoredMessage[];
  /** calls whose output is not sent any more */
  readonly pruned: ReadonlySet<string>;
}

const promptsMaxChars = 24_000;
const promptMaxChars = 12_000;

/** A conversation as its newest compaction left it; everything follows from the log, so it is the same in every process. */
export function compactedMessages(messages: readonly StoredMessage[]): CompactedMessages {
  const compactions = messages.flatMap(({ parts }) => parts.filter(isDone));
  const pruned = new Set<string>(compactions.flatMap(({ prunedCalls }) => prunedCalls));
  const newest = compactions.findLast(({ summary }) => summary !== null);
  if (!newest) return { preamble: null, messages, pruned };
  const at = messages.findIndex(({ parts }) => parts.some(({ id }) => id === newest.id));
  const tailAt = newest.tailFrom === null ? at : messages.findIndex(({ id }) => id === newest.tailFrom);
  const cut = tailAt === -1 ? at : tailAt;
  return {
    preamble: preambleOf(newest.summary ?? "", messages.slice(0, at), messages.slice(0, cut)),
    messages: messages.slice(cut),
    pruned,
  };
}

function isDone(part: Part): part is CompactionPart {
  return part.type === "compaction" && part.state === "completed";
}

/** What must not be lost in a summary's words: what was asked, the list of tasks, the skills that were loaded. */
function preambleOf(summary: string, all: readonly StoredMessage[], gone: readonly StoredMessage[]): string {
  const todos = currentTodos(all.flatMap(({ parts }) => parts));
  const skills = gone.flatMap(({ parts }) => parts).filter(isLoadedSkill);
  return [
    "The conversation up to here was longer than fits; this stands in its place.",
    "What the user asked for, word for word, oldest first:",
    ...keptPrompts(gone).map((text) => `<prompt>\n${text}\n</prompt>`),
    ...(todos.length > 0 ? [`The list of tasks as it stands:\n<todos>\n${JSON.stringify(todos, null, 1)}\n</todos>`] : []),
    ...skills.map((part) => `A skill that was loaded; it still holds:\n${part.output}`),
    `What was done and found out:\n<summary>\n${summary.trim()}\n</summary>`,
    "Go on from there. Do not do again what is done; read files again when you need their text.",
  ].join("\n\n");
}

const isLoadedSkill = (part: Part): part is ToolPart => part.type === "tool" && part.tool === "skill" && part.state === "completed";

/** All prompts within a budget: the first one, which is the goal, and then the newest. */
function keptPrompts(messages: readonly StoredMessage[]): string[] {
  const prompts = messages
    .filter(({ role }) => role === "user")
    .map(textOf)
    .filter((text) => text !== "");
  const [first, ...later] = prompts.map((text) => (text.length > promptMaxChars ? `${text.slice(0, promptMaxChars)}\n[cut]` : text));
  if (first === undefined) return [];
  let left = promptsMaxChars - first.length;
  const newest: string[] = [];
  for (const text of later.toReversed()) {
    left -= text.length;
    if (left < 0) break;
    newest.unshift(text);
  }
  const dropped = later.length - newest.length;
  return [first, ...(dropped > 0 ? [`[${dropped} prompts in between are left out]`] : []), ...newest];
}

function textOf({ parts }: StoredMessage): string {
  return parts
    .map((part) => (part.type === "text" ? (part.expanded ?? part.text) : part.type === "image" ? `[picture: ${part.name}]` : ""))
    .join("\n")
    .trim();
}
