import type { MessageId, PartId } from "../../../platform/ids.ts";
import type { StoredMessage } from "../message-repo.ts";

/** Where a session goes back to: before this message, or before this part of it. */
export interface RevertPoint {
  readonly messageId: MessageId;
  readonly partId: PartId | null;
}

export interface RevertPlan {
  readonly messageIds: readonly MessageId[];
  /** parts of a message that stays in part */
  readonly partIds: readonly PartId[];
  /** the snapshot right before the point; null: the base */
  readonly target: string | null;
  /** the snapshots that the undone steps made, oldest first */
  readonly trees: readonly string[];
}

/** What lies behind a point of the conversation; null when there is no such point. `messages` in the order of the conversation. */
export function planRevert(messages: readonly StoredMessage[], point: RevertPoint): RevertPlan | null {
  const at = messages.findIndex((message) => message.id === point.messageId);
  const message = messages[at];
  if (!message) return null;
  const from = point.partId === null ? 0 : message.parts.findIndex((part) => part.id === point.partId);
  if (from === -1) return null;
  const kept = [...messages.slice(0, at).flatMap((earlier) => earlier.parts), ...message.parts.slice(0, from)];
  const undone = [...message.parts.slice(from), ...messages.slice(at + 1).flatMap((later) => later.parts)];
  const isWhole = from === 0;
  return {
    messageIds: messages.slice(isWhole ? at : at + 1).map(({ id }) => id),
    partIds: isWhole ? [] : message.parts.slice(from).map(({ id }) => id),
    target: kept.findLast((part) => part.type === "patch")?.treeId ?? null,
    trees: undone.flatMap((part) => (part.type === "patch" ? [part.treeId] : [])),
  };
}
