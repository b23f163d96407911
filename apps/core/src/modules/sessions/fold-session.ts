import type { LoggedEvent, MessageView, Part, PermissionRequestView, TurnView } from "./contract.ts";
import { applySessionEvent, emptySessionView, type SessionView } from "./session-view.ts";

/**
 * The view that applying the events one by one would give, in time linear in their number: what a page opens with.
 */
export function foldSession(events: readonly LoggedEvent[]): SessionView {
  const turns = new Map<string, TurnView>();
  const messages = new Map<string, MessageView>();
  const parts = new Map<string, Part>();
  const requests = new Map<string, PermissionRequestView>();
  let rest = emptySessionView;
  for (const event of events) {
    if (event.type === "turn.updated") turns.set(event.data.turn.id, event.data.turn);
    else if (event.type === "message.created") messages.set(event.data.message.id, event.data.message);
    else if (event.type === "part.updated") parts.set(event.data.part.id, event.data.part);
    else if (event.type === "part.delta") append(parts, event.data);
    else if (event.type === "parts.removed") for (const id of event.data.partIds) parts.delete(id);
    else if (event.type === "conversation.cut") cut(messages, parts, event.data);
    else if (event.type === "permission.updated") requests.set(event.data.request.id, event.data.request);
    else rest = applySessionEvent(rest, event);
  }
  const ordered = [...parts.values()].sort((a, b) =>
    a.messageId === b.messageId ? a.ordinal - b.ordinal : a.messageId < b.messageId ? -1 : 1,
  );
  return {
    ...rest,
    seq: events.at(-1)?.seq ?? 0,
    turns: [...turns.values()],
    messages: [...messages.values()],
    parts: ordered,
    permissionRequests: [...requests.values()],
  };
}

function cut(messages: Map<string, MessageView>, parts: Map<string, Part>, data: { messageIds: string[]; partIds: string[] }): void {
  const gone = new Set(data.messageIds);
  for (const id of data.messageIds) messages.delete(id);
  for (const id of data.partIds) parts.delete(id);
  for (const part of parts.values()) if (gone.has(part.messageId)) parts.delete(part.id);
}

function append(parts: Map<string, Part>, data: { partId: string; field: "text" | "output"; delta: string }): void {
  const part = parts.get(data.partId);
  if (!part) return;
  if (data.field === "text" && (part.type === "text" || part.type === "reasoning")) {
    parts.set(part.id, { ...part, text: part.text + data.delta });
  } else if (data.field === "output" && part.type === "tool") {
    parts.set(part.id, { ...part, output: part.output + data.delta });
  }
}
