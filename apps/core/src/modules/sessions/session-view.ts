import type {
  LoggedEvent,
  MessageView,
  Part,
  PermissionRequestView,
  PushView,
  RevertView,
  SessionState,
  SteerView,
  TurnView,
} from "./contract.ts";

/** What a session page shows; derived from the event log and from nothing else. */
export interface SessionView {
  readonly seq: number;
  readonly title: string;
  readonly state: SessionState;
  readonly branch: string | null;
  readonly baseCommit: string | null;
  readonly costMicros: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly turns: readonly TurnView[];
  readonly messages: readonly MessageView[];
  /** by message, then by ordinal */
  readonly parts: readonly Part[];
  readonly permissionRequests: readonly PermissionRequestView[];
  /** messages for a running turn; those that it has taken are messages too */
  readonly steers: readonly SteerView[];
  readonly diff: { readonly filesChanged: number; readonly additions: number; readonly deletions: number };
  readonly revert: RevertView | null;
  readonly push: PushView | null;
  readonly forkedFrom: { readonly sessionId: string; readonly title: string } | null;
  readonly sandbox: { readonly state: string; readonly driver: string; readonly error: string | null } | null;
}

export const emptySessionView: SessionView = {
  seq: 0,
  title: "",
  state: "idle",
  branch: null,
  baseCommit: null,
  costMicros: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  turns: [],
  messages: [],
  parts: [],
  permissionRequests: [],
  steers: [],
  diff: { filesChanged: 0, additions: 0, deletions: 0 },
  revert: null,
  push: null,
  forkedFrom: null,
  sandbox: null,
};

function upsert<T extends { readonly id: string }>(rows: readonly T[], row: T): readonly T[] {
  const index = rows.findLastIndex((candidate) => candidate.id === row.id);
  return index === -1 ? [...rows, row] : rows.with(index, row);
}

/** Parts stand by message and ordinal: the log of a folded part names it later than a live reader saw it first. */
function isBefore(a: Part, b: Part): boolean {
  return a.messageId === b.messageId ? a.ordinal < b.ordinal : a.messageId < b.messageId;
}

function upsertPart(parts: readonly Part[], part: Part): readonly Part[] {
  const index = parts.findLastIndex((candidate) => candidate.id === part.id);
  if (index !== -1) return parts.with(index, part);
  const place = parts.findLastIndex((candidate) => isBefore(candidate, part)) + 1;
  return parts.toSpliced(place, 0, part);
}

/** The view after one more event. An event that was seen before (`seq` not above the view's) changes nothing. */
export function applySessionEvent(view: SessionView, event: LoggedEvent): SessionView {
  if (event.seq <= view.seq) return view;
  const next = { ...view, seq: event.seq };
  switch (event.type) {
    case "session.updated": {
      const given = Object.fromEntries(Object.entries(event.data).filter(([, value]) => value !== undefined));
      return { ...next, ...given };
    }
    case "turn.updated":
      return { ...next, turns: upsert(view.turns, event.data.turn) };
    case "message.created":
      return { ...next, messages: upsert(view.messages, event.data.message) };
    case "part.updated":
      return { ...next, parts: upsertPart(view.parts, event.data.part) };
    case "part.delta": {
      const { partId, field, delta } = event.data;
      const index = view.parts.findLastIndex((part) => part.id === partId);
      const part = view.parts[index];
      if (!part) return next;
      if (field === "text" && (part.type === "text" || part.type === "reasoning")) {
        return { ...next, parts: view.parts.with(index, { ...part, text: part.text + delta }) };
      }
      if (field === "output" && part.type === "tool") {
        return { ...next, parts: view.parts.with(index, { ...part, output: part.output + delta }) };
      }
      return next;
    }
    case "parts.removed": {
      const removed = new Set<string>(event.data.partIds);
      return { ...next, parts: view.parts.filter((part) => !removed.has(part.id)) };
    }
    case "conversation.cut": {
      const cut = new Set<string>([...event.data.messageIds, ...event.data.partIds]);
      const isKept = (part: Part) => !cut.has(part.id) && !cut.has(part.messageId);
      return { ...next, messages: view.messages.filter((message) => !cut.has(message.id)), parts: view.parts.filter(isKept) };
    }
    case "permission.updated":
      return { ...next, permissionRequests: upsert(view.permissionRequests, event.data.request) };
    case "steer.updated":
      return { ...next, steers: upsert(view.steers, event.data.steer) };
    case "diff.updated":
      return { ...next, diff: event.data };
    case "network.blocked":
      return next; // shown with the sandbox (sandboxes.get), and in the call's output
    case "sandbox.updated":
      return { ...next, sandbox: event.data };
  }
}

interface Use {
  readonly costMicros: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * False when a model was used whose price is not known: costs are rounded up, so tokens that cost nothing have no price.
 * The demo model uses no tokens; it is known to be free.
 */
export function isCostKnown({ costMicros, inputTokens, outputTokens }: Use): boolean {
  return costMicros > 0 || inputTokens + outputTokens === 0;
}
