import type { MessageView, Part, TurnView } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { isCostKnown } from "@opencode/core/modules/sessions/session-view.ts";

/** What the timeline shows, top to bottom. A block whose content did not change keeps its identity. */
export type TimelineBlock =
  | {
      readonly kind: "prompt";
      readonly key: string;
      readonly message: MessageView;
      readonly text: string;
      readonly queued: boolean;
      readonly extras: { readonly parts: readonly Part[] } | null;
    }
  | {
      readonly kind: "parts";
      readonly key: string;
      readonly parts: readonly Part[];
      /** the agent's message that is complete with this block; null before its end or while it is written */
      readonly ends: string | null;
      readonly endsTurn: boolean;
    }
  | { readonly kind: "outcome"; readonly key: string; readonly turn: TurnView; readonly isLast: boolean; readonly totals: TurnTotals };

/** What the steps of a turn took together. */
export interface TurnTotals {
  readonly steps: number;
  readonly costMicros: number;
  /** false when a step used a model whose price is not known */
  readonly costKnown: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const partsPerBlock = 40;

/** The blocks of a view; those of `previous` are used again where nothing changed, so that React skips them. */
export function deriveTimeline(
  view: Pick<SessionView, "turns" | "messages" | "parts">,
  previous: readonly TimelineBlock[] = [],
): TimelineBlock[] {
  const known = new Map(previous.map((block) => [block.key, block]));
  const partsOf = groupBy(view.parts, (part) => part.messageId);
  const messagesOf = groupBy(view.messages, (message) => message.turnId);
  const turns = view.turns.toSorted((a, b) => a.ordinal - b.ordinal);
  const blocks: TimelineBlock[] = [];
  const add = (block: TimelineBlock) => {
    const before = known.get(block.key);
    blocks.push(before && isSame(before, block) ? before : block);
  };
  // A prompt is called queued while another turn goes first.
  let busy = false;
  for (const turn of turns) {
    const isOver = turn.state === "failed" || turn.state === "aborted" || turn.state === "completed";
    let totals: TurnTotals = { steps: 0, costMicros: 0, costKnown: true, inputTokens: 0, outputTokens: 0 };
    const messages = messagesOf.get(turn.id) ?? [];
    for (const message of messages) {
      const parts = partsOf.get(message.id) ?? [];
      if (message.role === "user") {
        // Several messages to a running turn become one.
        const text = parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");
        add({ kind: "prompt", key: message.id, message, text, queued: busy && turn.state === "queued", extras: extrasOf(parts) });
      } else {
        if (isOver) totals = parts.reduce(addStep, totals);
        const isLast = message === messages.at(-1);
        for (let start = 0; start < parts.length; start += partsPerBlock) {
          const ends = start + partsPerBlock >= parts.length && (isOver || !isLast) ? message.id : null;
          const endsTurn = ends !== null && isOver && isLast;
          add({ kind: "parts", key: `${message.id}:${start}`, parts: parts.slice(start, start + partsPerBlock), ends, endsTurn });
        }
      }
    }
    if (!isOver) busy = true;
    if (isOver) add({ kind: "outcome", key: turn.id, turn, isLast: turn === turns.at(-1), totals });
  }
  return blocks;
}

function addStep(totals: TurnTotals, part: Part): TurnTotals {
  if (part.type !== "step-finish") return totals;
  return {
    steps: totals.steps + 1,
    costMicros: totals.costMicros + part.costMicros,
    costKnown: totals.costKnown && isCostKnown(part),
    inputTokens: totals.inputTokens + part.inputTokens,
    outputTokens: totals.outputTokens + part.outputTokens,
  };
}

function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** What a prompt has besides plain text; null when it is nothing else. */
function extrasOf(parts: readonly Part[]): { readonly parts: readonly Part[] } | null {
  return parts.some((part) => part.type !== "text" || part.expanded !== undefined) ? { parts } : null;
}

function sameParts(a: readonly Part[], b: readonly Part[]): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}

function isSame(a: TimelineBlock, b: TimelineBlock): boolean {
  if (a.kind === "parts" && b.kind === "parts") {
    return a.ends === b.ends && a.endsTurn === b.endsTurn && sameParts(a.parts, b.parts);
  }
  if (a.kind === "prompt" && b.kind === "prompt")
    return a.text === b.text && a.queued === b.queued && sameParts(a.extras?.parts ?? [], b.extras?.parts ?? []);
  return a.kind === "outcome" && b.kind === "outcome" && a.turn === b.turn && a.isLast === b.isLast && a.totals.steps === b.totals.steps;
}
