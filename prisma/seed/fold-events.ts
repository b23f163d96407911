import type { MessageView, Part, PermissionRequestView, SessionEventBody, TurnView } from "@opencode/core/modules/sessions/contract.ts";

export interface FoldedSession {
  readonly turns: readonly TurnView[];
  readonly messages: readonly MessageView[];
  readonly parts: readonly Part[];
  readonly requests: readonly PermissionRequestView[];
  readonly diff: { filesChanged: number; additions: number; deletions: number };
}

/** The rows that a log stands for: the newest state of each turn, message, part and question. */
export function foldEvents(events: readonly SessionEventBody[]): FoldedSession {
  const turns = new Map<string, TurnView>();
  const messages = new Map<string, MessageView>();
  const parts = new Map<string, Part>();
  const requests = new Map<string, PermissionRequestView>();
  let diff = { filesChanged: 0, additions: 0, deletions: 0 };
  for (const event of events) {
    if (event.type === "turn.updated") turns.set(event.data.turn.id, event.data.turn);
    if (event.type === "message.created") messages.set(event.data.message.id, event.data.message);
    if (event.type === "part.updated") parts.set(event.data.part.id, event.data.part);
    if (event.type === "permission.updated") requests.set(event.data.request.id, event.data.request);
    if (event.type === "diff.updated") diff = event.data;
  }
  return {
    turns: [...turns.values()],
    messages: [...messages.values()],
    parts: [...parts.values()],
    requests: [...requests.values()],
    diff,
  };
}
