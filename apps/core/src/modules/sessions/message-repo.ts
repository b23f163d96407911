import type { Tx } from "../../platform/database/database.ts";
import { type MessageId, newId, type PartId, type TurnId } from "../../platform/ids.ts";
import type { Part, PermissionRequestView, Question, ToolPart } from "./contract.ts";
import { partSchema, permissionRequestSchema } from "./contract.ts";
import { type SessionKey, type TurnKey, turnOf } from "./event-log-repo.ts";

export interface StoredMessage {
  readonly id: MessageId;
  readonly turnId: TurnId;
  readonly role: "user" | "assistant";
  readonly finishedAt: Date | null;
  readonly parts: readonly Part[];
}

const withParts = {
  id: true,
  turnId: true,
  role: true,
  finishedAt: true,
  parts: { where: { revertedAt: null }, orderBy: { ordinal: "asc" }, select: { data: true } },
} as const;

function toStored(row: { id: string; turnId: string; role: string; finishedAt: Date | null; parts: { data: unknown }[] }): StoredMessage {
  return {
    id: row.id as MessageId,
    turnId: row.turnId as TurnId,
    role: row.role === "user" ? "user" : "assistant",
    finishedAt: row.finishedAt,
    parts: row.parts.map((part) => partSchema.parse(part.data)),
  };
}

/** A turn's messages with their parts, in order. */
export async function findTurnMessages(tx: Tx, key: TurnKey): Promise<StoredMessage[]> {
  const rows = await tx.message.findMany({ where: { ...turnOf(key) }, orderBy: { id: "asc" }, select: withParts });
  return rows.map(toStored);
}

/** Everything that the session's turns up to this one said, in the order of the turns. */
export async function findHistory(tx: Tx, key: SessionKey, upToOrdinal: number): Promise<StoredMessage[]> {
  const rows = await tx.message.findMany({
    where: { workspaceId: key.workspaceId, sessionId: key.sessionId, revertedAt: null, turn: { ordinal: { lte: upToOrdinal } } },
    orderBy: [{ turn: { ordinal: "asc" } }, { id: "asc" }],
    select: withParts,
  });
  return rows.map(toStored);
}

/** One message of a turn with its parts; null when it is gone. */
export async function findMessage(tx: Tx, key: TurnKey, messageId: MessageId): Promise<StoredMessage | null> {
  const row = await tx.message.findFirst({ where: { ...turnOf(key), id: messageId }, select: withParts });
  return row ? toStored(row) : null;
}

export async function finishMessage(tx: Tx, key: TurnKey, messageId: MessageId, now: Date): Promise<void> {
  await tx.message.updateMany({ where: { ...turnOf(key), id: messageId }, data: { finishedAt: now } });
}

/** Closes whatever message of the turn is open. */
export async function finishMessages(tx: Tx, key: TurnKey, now: Date): Promise<void> {
  await tx.message.updateMany({ where: { ...turnOf(key), finishedAt: null }, data: { finishedAt: now } });
}

/** Parts of the turn that have begun and not ended. */
export async function findOpenParts(tx: Tx, key: TurnKey): Promise<Part[]> {
  const rows = await tx.$queryRaw<{ data: unknown }[]>`SELECT p.data FROM "Part" p
    JOIN "Message" m ON m.id = p."messageId" AND m."workspaceId" = p."workspaceId"
    WHERE m."workspaceId" = ${key.workspaceId} AND m."sessionId" = ${key.sessionId} AND m."turnId" = ${key.turnId}
      AND p.type IN ('text', 'reasoning', 'tool') AND p.data->>'endedAt' IS NULL ORDER BY p."messageId", p.ordinal`;
  return rows.map((row) => partSchema.parse(row.data));
}

interface RequestRow {
  id: string;
  turnId: string;
  callId: string;
  permission: string;
  target: string;
  alwaysRule: string;
  state: string;
  questions: unknown;
  answers: unknown;
  createdAt: Date;
}

export function toRequestView(row: RequestRow): PermissionRequestView {
  const { questions, answers, createdAt } = row;
  return permissionRequestSchema.parse({
    ...row,
    createdAt: createdAt.toISOString(),
    questions: questions ?? undefined,
    answers: answers ?? undefined,
  });
}

export async function findRequestByCall(tx: Tx, key: TurnKey, callId: string) {
  return tx.permissionRequest.findFirst({ where: { ...turnOf(key), callId } });
}

export async function findRequest(tx: Tx, key: SessionKey, requestId: string) {
  return tx.permissionRequest.findFirst({ where: { id: requestId, workspaceId: key.workspaceId, sessionId: key.sessionId } });
}

/** Asks about a call, once: the same call finds the question that it has. */
export async function createRequest(
  tx: Tx,
  key: TurnKey,
  data: { callId: string; permission: string; target: string; alwaysRule: string; questions?: Question[] },
) {
  return tx.permissionRequest.create({ data: { id: newId("permissionRequest"), ...turnOf(key), ...data } });
}

/** Compare-and-set from `pending`; null when somebody else was first. */
export async function answerRequest(
  tx: Tx,
  key: SessionKey,
  data: { requestId: string; reply: "once" | "always" | "reject" | "expired"; by: string | null; now: Date; answers?: string[][] },
): Promise<PermissionRequestView | null> {
  const [row] = await tx.permissionRequest.updateManyAndReturn({
    where: { id: data.requestId, workspaceId: key.workspaceId, sessionId: key.sessionId, state: "pending" },
    data: { state: data.reply, answeredById: data.by, answeredAt: data.now, ...(data.answers ? { answers: data.answers } : {}) },
  });
  return row ? toRequestView(row) : null;
}

export async function expireRequests(tx: Tx, key: TurnKey, now: Date): Promise<PermissionRequestView[]> {
  const rows = await tx.permissionRequest.updateManyAndReturn({
    where: { ...turnOf(key), state: "pending" },
    data: { state: "expired", answeredAt: now },
  });
  return rows.map(toRequestView);
}

/** What the session's tool calls noted, in order. */
export async function findToolMetadata(tx: Tx, key: SessionKey): Promise<unknown[]> {
  const rows = await tx.$queryRaw<{ metadata: unknown }[]>`SELECT data->'metadata' AS metadata FROM "Part"
    WHERE "workspaceId" = ${key.workspaceId} AND "sessionId" = ${key.sessionId} AND type = 'tool' AND data->'metadata' ?| ARRAY['fileVersion', 'fileVersions']
    ORDER BY "messageId", ordinal`;
  return rows.map((row) => row.metadata);
}

/** A part of the session as it now is; null when it was taken back. */
export async function findPart(tx: Tx, key: SessionKey, partId: PartId): Promise<Part | null> {
  const row = await tx.part.findFirst({
    where: { id: partId, workspaceId: key.workspaceId, sessionId: key.sessionId },
    select: { data: true },
  });
  return row ? partSchema.parse(row.data) : null;
}

/** The first ordinal that is free in a message. */
export async function findNextOrdinal(tx: Tx, key: SessionKey, messageId: MessageId): Promise<number> {
  const { _max } = await tx.part.aggregate({ where: { workspaceId: key.workspaceId, messageId }, _max: { ordinal: true } });
  return (_max.ordinal ?? -1) + 1;
}

/** Which tree the newest diff shows: enough to know whether anything has changed. */
export async function findDiffTree(tx: Tx, key: SessionKey): Promise<string | null> {
  const row = await tx.sessionDiff.findUnique({
    where: { sessionId_workspaceId: { sessionId: key.sessionId, workspaceId: key.workspaceId } },
    select: { treeId: true },
  });
  return row?.treeId ?? null;
}

/** The name of a colleague or of an API key, for "who answered". */
export async function findUserName(tx: Tx, id: string): Promise<string | null> {
  const user = await tx.user.findUnique({ where: { id }, select: { name: true, email: true } });
  if (user) return user.name ?? user.email;
  const key = await tx.apiKey.findFirst({ where: { id }, select: { name: true } });
  return key?.name ?? null;
}

/** The `count` tool calls of the turn right before a call, newest first. */
export async function findCallsBefore(tx: Tx, key: TurnKey, part: ToolPart, count: number): Promise<ToolPart[]> {
  const rows = await tx.$queryRaw<{ data: unknown }[]>`SELECT p.data FROM "Part" p
    JOIN "Message" m ON m.id = p."messageId" AND m."workspaceId" = p."workspaceId"
    WHERE m."workspaceId" = ${key.workspaceId} AND m."sessionId" = ${key.sessionId} AND m."turnId" = ${key.turnId} AND p.type = 'tool'
      AND (p."messageId" < ${part.messageId} OR (p."messageId" = ${part.messageId} AND p.ordinal < ${part.ordinal}))
    ORDER BY p."messageId" DESC, p.ordinal DESC LIMIT ${count}`;
  return rows.map((row) => partSchema.parse(row.data)).filter((found) => found.type === "tool");
}
