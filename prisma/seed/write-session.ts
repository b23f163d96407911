import { packDiff, saveDiff } from "@opencode/core/modules/repositories/index.ts";
import type { PermissionRequestView, SessionEventBody, SessionState, TurnView } from "@opencode/core/modules/sessions/contract.ts";
import { withTenant } from "@opencode/core/platform/database/database.ts";
import { newId, type RepositoryId, type SessionId, type UserId, type WorkspaceId } from "@opencode/core/platform/ids.ts";
import { foldEvents } from "./fold-events.ts";
import type { PlayedUse } from "./play-turn.ts";
import { diffOf, type PlayedFile } from "./played-diff.ts";

export interface SeededSession {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  readonly ownerId: UserId;
  readonly title: string;
  readonly state: SessionState;
  readonly createdAt: Date;
  readonly use?: PlayedUse;
  readonly changes?: readonly PlayedFile[];
  readonly archived?: boolean;
  /** the log of its turns, in order; everything else is derived from it */
  readonly events: readonly SessionEventBody[];
}

/**
 * Keeps the worker from taking up what is only to be looked at: it sends off queued and waiting turns that had no
 * heartbeat of late. A running one with a beat from the future counts as lost, so its row waits, for nothing; the
 * page shows what the log says.
 */
const untouchedUntil = new Date(Date.now() + 365 * 24 * 3_600_000);

const turnRow = (turn: TurnView, key: { workspaceId: string; sessionId: string }) => ({
  ...key,
  id: turn.id,
  ordinal: turn.ordinal,
  state: turn.state === "running" ? "waiting" : turn.state,
  model: turn.model,
  ...(turn.error === null ? {} : { error: turn.error }),
  heartbeatAt: untouchedUntil,
  createdAt: turn.createdAt,
  startedAt: turn.startedAt,
  finishedAt: turn.finishedAt,
});

const requestRow = ({ questions, answers, ...request }: PermissionRequestView, key: { workspaceId: string; sessionId: string }) => ({
  ...request,
  ...(questions ? { questions } : {}),
  ...(answers ? { answers } : {}),
  ...key,
});

/** Writes a session as if it had happened: its log and the rows that the product derives from it. */
export async function writeSession(session: SeededSession): Promise<SessionId> {
  const sessionId = newId("session");
  const key = { workspaceId: session.workspaceId, sessionId };
  const state = { title: session.title, state: session.state, ...session.use };
  const events: readonly SessionEventBody[] = [...session.events, { type: "session.updated", data: state }];
  const { turns, messages, parts, requests, diff } = foldEvents(events);
  const packed = session.changes ? await packDiff(diffOf(session.changes)) : null;
  await withTenant(session.workspaceId, async (tx) => {
    await tx.session.create({
      data: {
        id: sessionId,
        workspaceId: session.workspaceId,
        repositoryId: session.repositoryId,
        title: session.title,
        origin: "browser",
        actorKind: "user",
        actorId: session.ownerId,
        model: turns[0]?.model ?? "demo",
        state: session.state,
        lastSeq: events.length,
        ...diff,
        inputTokens: session.use?.inputTokens ?? 0,
        outputTokens: session.use?.outputTokens ?? 0,
        costMicros: BigInt(session.use?.costMicros ?? 0),
        archivedAt: session.archived ? session.createdAt : null,
        createdAt: session.createdAt,
        updatedAt: session.createdAt,
      },
    });
    await tx.turn.createMany({ data: turns.map((turn) => turnRow(turn, key)) });
    await tx.message.createMany({ data: messages.map((message) => ({ ...message, ...key })) });
    await tx.part.createMany({
      data: parts.map((part) => ({
        ...key,
        id: part.id,
        messageId: part.messageId,
        ordinal: part.ordinal,
        type: part.type,
        data: toJson(part),
      })),
    });
    await tx.permissionRequest.createMany({ data: requests.map((request) => requestRow(request, key)) });
    await tx.sessionEvent.createMany({
      data: events.map((event, index) => ({
        ...key,
        seq: index + 1,
        type: event.type,
        data: toJson(event.data),
        createdAt: session.createdAt,
      })),
    });
    if (packed) await saveDiff(tx, key, packed);
  });
  return sessionId;
}

/** What the database takes as JSON: no undefined, no dates. */
function toJson(value: object) {
  return JSON.parse(JSON.stringify(value));
}
