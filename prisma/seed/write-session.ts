import type { PermissionRequestView, SessionEventBody, SessionState, TurnView } from "@opencode/core/modules/sessions/contract.ts";
import { withTenant } from "@opencode/core/platform/database/database.ts";
import { newId, type RepositoryId, type SessionId, type UserId, type WorkspaceId } from "@opencode/core/platform/ids.ts";
import { foldEvents } from "./fold-events.ts";

export interface SeededSession {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  readonly ownerId: UserId;
  readonly title: string;
  readonly state: SessionState;
  readonly createdAt: Date;
  readonly costMicros?: number;
  readonly archived?: boolean;
  /** the log, in order; everything else is derived from it */
  readonly events: readonly SessionEventBody[];
}

/** Rows that nobody works on: a heartbeat in the future keeps the worker from taking up what is only to be looked at. */
const untouchedUntil = new Date(Date.now() + 365 * 24 * 3_600_000);

const turnRow = (turn: TurnView, key: { workspaceId: string; sessionId: string }) => ({
  ...key,
  id: turn.id,
  ordinal: turn.ordinal,
  state: turn.state,
  model: turn.model,
  ...(turn.error === null ? {} : { error: turn.error }),
  heartbeatAt: untouchedUntil,
  createdAt: turn.createdAt,
  startedAt: turn.startedAt,
  finishedAt: turn.finishedAt,
});

const requestRow = (request: PermissionRequestView, key: { workspaceId: string; sessionId: string }) => ({ ...request, ...key });

/** Writes a session as if it had happened: its log and the rows that the product derives from it. */
export async function writeSession(session: SeededSession): Promise<SessionId> {
  const sessionId = newId("session");
  const key = { workspaceId: session.workspaceId, sessionId };
  const { turns, messages, parts, requests, diff } = foldEvents(session.events);
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
        lastSeq: session.events.length,
        ...diff,
        costMicros: BigInt(session.costMicros ?? 0),
        archivedAt: session.archived ? session.createdAt : null,
        createdAt: session.createdAt,
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
      data: session.events.map((event, index) => ({
        ...key,
        seq: index + 1,
        type: event.type,
        data: toJson(event.data),
        createdAt: session.createdAt,
      })),
    });
  });
  return sessionId;
}

/** What the database takes as JSON: no undefined, no dates. */
function toJson(value: object) {
  return JSON.parse(JSON.stringify(value));
}
