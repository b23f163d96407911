import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";

/** The messages and turns that a revert hides for now: those from its point on, in the order of the conversation. */
export function revertedMessages(view: Pick<SessionView, "revert" | "messages" | "turns">): ReadonlySet<string> {
  const { revert } = view;
  const point = revert && revert.state !== "failed" ? view.messages.find((message) => message.id === revert.messageId) : undefined;
  if (!revert || !point) return new Set();
  const ordinals = new Map(view.turns.map((turn) => [turn.id as string, turn.ordinal]));
  const from = ordinals.get(point.turnId) ?? 0;
  const isBehind = (turnId: string, messageId: string) => {
    const ordinal = ordinals.get(turnId) ?? 0;
    const isLater = revert.partId === null ? messageId >= point.id : messageId > point.id;
    return ordinal > from || (ordinal === from && isLater);
  };
  const messages = view.messages.filter((message) => isBehind(message.turnId, message.id)).map((message) => message.id as string);
  const turns = view.turns.filter((turn) => turn.ordinal >= from).map((turn) => turn.id as string);
  return new Set([...messages, ...turns]);
}
