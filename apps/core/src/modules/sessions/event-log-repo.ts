import { Prisma, type Tx } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { PartId, SessionId, TurnId, WorkspaceId } from "../../platform/ids.ts";
import type { LoggedEvent, MessageView, Part, SessionEventBody } from "./contract.ts";
import { type EncodedEvent, encodeLogged, storableJson } from "./event-encoding.ts";

export interface SessionKey {
  readonly workspaceId: WorkspaceId;
  readonly sessionId: SessionId;
}
export interface TurnKey extends SessionKey {
  readonly turnId: TurnId;
}
/** Who may write for a turn: only the holder of its newest fence. */
export interface WriterKey extends TurnKey {
  readonly fence: number;
}

/** The columns that a key stands for, and nothing else that the object may hold. */
export function sessionOf({ workspaceId, sessionId }: SessionKey): SessionKey {
  return { workspaceId, sessionId };
}
export function turnOf({ workspaceId, sessionId, turnId }: TurnKey): TurnKey {
  return { workspaceId, sessionId, turnId };
}

/** True for a part that will not change any more. */
export function isEnded(part: Part): boolean {
  return part.type === "text" || part.type === "reasoning" || part.type === "tool" ? part.endedAt !== null : true;
}

// Taking the session's row gives gapless numbers in the order of the commits. A fenced writer takes the turn's row
// first, so that whoever raises the fence waits for it, and then it finds itself refused.
function allocation(key: SessionKey, count: number, at: string, touch: boolean, fence: WriterKey | null): Prisma.Sql {
  const touched = touch ? Prisma.sql`, "updatedAt" = CAST(${at} AS timestamp)` : Prisma.empty;
  const held = fence
    ? Prisma.sql`SELECT id FROM "Turn" WHERE id = ${fence.turnId} AND "workspaceId" = ${key.workspaceId} AND fence = ${fence.fence}
        AND state IN ('running', 'waiting') FOR UPDATE`
    : Prisma.sql`SELECT 1`;
  return Prisma.sql`WITH held AS (${held}), numbered AS (
    UPDATE "Session" SET "lastSeq" = "lastSeq" + ${count}${touched}
    WHERE id = ${key.sessionId} AND "workspaceId" = ${key.workspaceId} AND EXISTS (SELECT 1 FROM held)
    RETURNING "lastSeq")`;
}

async function insertEvents(
  tx: Tx,
  key: SessionKey,
  bodies: readonly SessionEventBody[],
  now: Date,
  fence: WriterKey | null,
): Promise<EncodedEvent[] | null> {
  const at = now.toISOString();
  const rows = bodies.map((body) => ({ type: body.type, json: storableJson(body.data) }));
  const touch = bodies.some((body) => body.type !== "part.delta");
  const types = rows.map((row) => row.type);
  const data = rows.map((row) => row.json);
  const inserted = await tx.$queryRaw<{ seq: number }[]>`${allocation(key, rows.length, at, touch, fence)}
    INSERT INTO "SessionEvent" ("workspaceId", "sessionId", seq, type, data, "createdAt")
    SELECT ${key.workspaceId}, ${key.sessionId}, numbered."lastSeq" - ${rows.length} + entry.ordinal, entry.type, CAST(entry.data AS jsonb), CAST(${at} AS timestamp)
    FROM numbered, unnest(CAST(${types} AS text[]), CAST(${data} AS text[])) WITH ORDINALITY AS entry(type, data, ordinal)
    RETURNING seq`;
  if (inserted.length === 0) return null;
  const first = Math.min(...inserted.map((row) => Number(row.seq)));
  return rows.map((row, index) => encodeLogged(first + index, at, row.type, row.json));
}

async function projectMessages(tx: Tx, key: SessionKey, messages: readonly MessageView[]): Promise<void> {
  if (messages.length === 0) return;
  await tx.message.createMany({
    data: messages.map(({ id, turnId, role, createdAt }) => ({ ...sessionOf(key), id, turnId, role, createdAt: new Date(createdAt) })),
    skipDuplicates: true,
  });
}

async function projectParts(tx: Tx, key: SessionKey, parts: readonly { part: Part; seq: number }[], now: Date): Promise<void> {
  if (parts.length === 0) return;
  const newest = [...new Map(parts.map((entry) => [entry.part.id, entry])).values()];
  const firstSeqs = newest.map(({ part }) => parts.find((entry) => entry.part.id === part.id)?.seq ?? 0);
  const at = now.toISOString();
  const known = await tx.$queryRaw<
    { id: string; firstSeq: number }[]
  >`INSERT INTO "Part" (id, "workspaceId", "sessionId", "messageId", ordinal, type, data, "firstSeq", "createdAt", "updatedAt")
    SELECT entry.id, ${key.workspaceId}, ${key.sessionId}, entry.message, entry.ordinal, entry.type, CAST(entry.data AS jsonb), entry.seq,
      CAST(${at} AS timestamp), CAST(${at} AS timestamp)
    FROM unnest(
      CAST(${newest.map(({ part }) => part.id)} AS text[]), CAST(${newest.map(({ part }) => part.messageId)} AS text[]),
      CAST(${newest.map(({ part }) => part.ordinal)} AS int[]), CAST(${newest.map(({ part }) => part.type)} AS text[]),
      CAST(${newest.map(({ part }) => storableJson(part))} AS text[]), CAST(${firstSeqs} AS int[])
    ) AS entry(id, message, ordinal, type, data, seq)
    ON CONFLICT (id, "workspaceId") DO UPDATE SET data = EXCLUDED.data, "updatedAt" = EXCLUDED."updatedAt"
    RETURNING id, "firstSeq"`;
  const firstSeqOf = new Map(known.map((row) => [row.id, row.firstSeq]));
  // A part that was written once, whole, has nothing to sweep.
  const swept = newest.filter(({ part, seq }) => isEnded(part) && (firstSeqOf.get(part.id) ?? seq) < seq);
  await sweepPartEvents(
    tx,
    key,
    swept.map(({ part, seq }) => ({ id: part.id, beforeSeq: seq })),
  );
}

/** Takes out of the log what has been folded into a part: its deltas and older states. */
async function sweepPartEvents(tx: Tx, key: SessionKey, parts: readonly { id: PartId; beforeSeq: number }[]): Promise<void> {
  if (parts.length === 0) return;
  await tx.$executeRaw`DELETE FROM "SessionEvent" e
    USING "Part" p, unnest(CAST(${parts.map(({ id }) => id)} AS text[]), CAST(${parts.map(({ beforeSeq }) => beforeSeq)} AS int[])) AS gone(id, seq)
    WHERE p.id = gone.id AND p."workspaceId" = ${key.workspaceId}
      AND e."workspaceId" = ${key.workspaceId} AND e."sessionId" = ${key.sessionId} AND e.seq >= p."firstSeq" AND e.seq < gone.seq
      AND ((e.type = 'part.delta' AND e.data->>'partId' = p.id) OR (e.type = 'part.updated' AND e.data->'part'->>'id' = p.id))`;
}

async function project(
  tx: Tx,
  key: SessionKey,
  bodies: readonly SessionEventBody[],
  events: readonly EncodedEvent[],
  now: Date,
): Promise<void> {
  const messages: MessageView[] = [];
  const parts: { part: Part; seq: number }[] = [];
  const removed: PartId[] = [];
  bodies.forEach((body, index) => {
    if (body.type === "message.created") messages.push(body.data.message);
    if (body.type === "part.updated") parts.push({ part: body.data.part, seq: events[index]?.seq ?? 0 });
    if (body.type === "parts.removed") removed.push(...body.data.partIds);
  });
  await projectMessages(tx, key, messages);
  if (removed.length > 0) {
    const beforeSeq = events[0]?.seq ?? 0;
    await sweepPartEvents(
      tx,
      key,
      removed.map((id) => ({ id, beforeSeq })),
    );
    await tx.part.deleteMany({ where: { workspaceId: key.workspaceId, id: { in: removed } } });
  }
  await projectParts(tx, key, parts, now);
}

/**
 * Appends to a session's log and writes the projections (messages, parts) in the same transaction.
 * Throws NOT_FOUND when there is no such session in the workspace.
 */
export async function appendEvents(tx: Tx, key: SessionKey, bodies: readonly SessionEventBody[], now: Date): Promise<EncodedEvent[]> {
  if (bodies.length === 0) return [];
  const events = await insertEvents(tx, key, bodies, now, null);
  if (!events) throw notFound("The session");
  await project(tx, key, bodies, events, now);
  return events;
}

/** The same for the holder of a turn's fence; null when somebody else holds it by now, and then nothing was written. */
export async function appendFenced(tx: Tx, key: WriterKey, bodies: readonly SessionEventBody[], now: Date): Promise<EncodedEvent[] | null> {
  if (bodies.length === 0) return [];
  const events = await insertEvents(tx, key, bodies, now, key);
  if (events) await project(tx, key, bodies, events, now);
  return events;
}

/** The log after `after`, oldest first, `limit` events at most, encoded. */
export async function readEncodedEvents(tx: Tx, key: SessionKey, after: number, limit: number): Promise<EncodedEvent[]> {
  const rows = await tx.$queryRaw<{ seq: number; type: string; data: string; at: Date }[]>`
    SELECT seq, type, CAST(data AS text) AS data, "createdAt" AS at FROM "SessionEvent"
    WHERE "workspaceId" = ${key.workspaceId} AND "sessionId" = ${key.sessionId} AND seq > ${after} ORDER BY seq LIMIT ${limit}`;
  return rows.map((row) => encodeLogged(row.seq, row.at.toISOString(), row.type, row.data));
}

/** The whole log after `after`, put together by the database: one row instead of thousands, for opening a long session. */
export async function readLog(tx: Tx, key: SessionKey, after: number): Promise<LoggedEvent[]> {
  const [row] = await tx.$queryRaw<{ log: string | null }[]>`SELECT '[' || string_agg(
      '{"seq":' || seq || ',"at":"' || to_char("createdAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","type":"' || type || '","data":' || CAST(data AS text) || '}',
      ',' ORDER BY seq) || ']' AS log
    FROM "SessionEvent" WHERE "workspaceId" = ${key.workspaceId} AND "sessionId" = ${key.sessionId} AND seq > ${after}`;
  const events: LoggedEvent[] = JSON.parse(row?.log ?? "[]");
  return events;
}

/** The newest sequence number; null when the workspace has no such session. */
export async function readLastSeq(tx: Tx, key: SessionKey): Promise<number | null> {
  const row = await tx.session.findUnique({
    where: { id_workspaceId: { id: key.sessionId, workspaceId: key.workspaceId } },
    select: { lastSeq: true },
  });
  return row?.lastSeq ?? null;
}

/** Text that parts gathered by deltas since they were written last, in order. */
export async function readDeltas(tx: Tx, key: SessionKey, partIds: readonly PartId[]): Promise<{ partId: string; delta: string }[]> {
  if (partIds.length === 0) return [];
  return tx.$queryRaw<{ partId: string; delta: string }[]>`SELECT data->>'partId' AS "partId", data->>'delta' AS delta FROM "SessionEvent"
    WHERE "workspaceId" = ${key.workspaceId} AND "sessionId" = ${key.sessionId} AND type = 'part.delta'
      AND data->>'partId' = ANY(CAST(${[...partIds]} AS text[])) ORDER BY seq`;
}
