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
  return part.type === "text" || part.type === "reasoning" || part.type === "tool" || part.type === "compaction"
    ? part.endedAt !== null
    : true;
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

/** The messages and parts among events; a part that is written several times stands as it was written last. */
interface Projection {
  readonly messages: readonly MessageView[];
  readonly parts: readonly { readonly part: Part; readonly first: number; readonly last: number }[];
}

function projectionOf(bodies: readonly SessionEventBody[]): Projection {
  const parts = new Map<string, Projection["parts"][number]>();
  bodies.forEach((body, index) => {
    if (body.type !== "part.updated") return;
    const { part } = body.data;
    parts.set(part.id, { part, first: parts.get(part.id)?.first ?? index, last: index });
  });
  return { messages: bodies.flatMap((body) => (body.type === "message.created" ? [body.data.message] : [])), parts: [...parts.values()] };
}

// Never written twice: they have nothing to sweep.
const writtenOnce: readonly string[] = ["step-start", "step-finish", "patch", "retry", "notice"];

/** One statement for everything: each round trip to the database counts where a step has only few milliseconds. */
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
  const { messages, parts } = projectionOf(bodies);
  const [numbered] = await tx.$queryRaw<{ lastSeq: number }[]>`${allocation(key, rows.length, at, touch, fence)}, logged AS (
      INSERT INTO "SessionEvent" ("workspaceId", "sessionId", seq, type, data, "createdAt")
      SELECT ${key.workspaceId}, ${key.sessionId}, numbered."lastSeq" - ${rows.length} + entry.ordinal, entry.type, CAST(entry.data AS jsonb), CAST(${at} AS timestamp)
      FROM numbered, unnest(CAST(${types} AS text[]), CAST(${data} AS text[])) WITH ORDINALITY AS entry(type, data, ordinal))
    ${messages.length > 0 ? insertMessages(key, messages) : Prisma.empty}
    ${parts.length > 0 ? upsertParts(key, parts, rows.length, at) : Prisma.empty}
    SELECT "lastSeq" FROM numbered`;
  if (!numbered) return null;
  const first = Number(numbered.lastSeq) - rows.length + 1;
  return rows.map((row, index) => encodeLogged(first + index, at, row.type, row.json));
}

function insertMessages(key: SessionKey, messages: readonly MessageView[]): Prisma.Sql {
  return Prisma.sql`, messages AS (
      INSERT INTO "Message" (id, "workspaceId", "sessionId", "turnId", role, "createdAt")
      SELECT entry.id, ${key.workspaceId}, ${key.sessionId}, entry.turn, entry.role, CAST(entry.at AS timestamp)
      FROM numbered, unnest(CAST(${messages.map(({ id }) => id)} AS text[]), CAST(${messages.map(({ turnId }) => turnId)} AS text[]),
        CAST(${messages.map(({ role }) => role)} AS text[]), CAST(${messages.map(({ createdAt }) => createdAt)} AS text[])) AS entry(id, turn, role, at)
      ON CONFLICT DO NOTHING)`;
}

/** Parts as they now are; what was folded into one that has ended leaves the log. */
function upsertParts(key: SessionKey, parts: Projection["parts"], count: number, at: string): Prisma.Sql {
  const ended = parts.filter(({ part }) => isEnded(part) && !writtenOnce.includes(part.type));
  const written = Prisma.sql`, parts AS (
      INSERT INTO "Part" (id, "workspaceId", "sessionId", "messageId", ordinal, type, data, "firstSeq", "createdAt", "updatedAt")
      SELECT entry.id, ${key.workspaceId}, ${key.sessionId}, entry.message, entry.ordinal, entry.type, CAST(entry.data AS jsonb),
        numbered."lastSeq" - ${count} + 1 + entry.first, CAST(${at} AS timestamp), CAST(${at} AS timestamp)
      FROM numbered, unnest(
        CAST(${parts.map(({ part }) => part.id)} AS text[]), CAST(${parts.map(({ part }) => part.messageId)} AS text[]),
        CAST(${parts.map(({ part }) => part.ordinal)} AS int[]), CAST(${parts.map(({ part }) => part.type)} AS text[]),
        CAST(${parts.map(({ part }) => storableJson(part))} AS text[]), CAST(${parts.map(({ first }) => first)} AS int[])
      ) AS entry(id, message, ordinal, type, data, first)
      ON CONFLICT (id, "workspaceId") DO UPDATE SET data = EXCLUDED.data, "updatedAt" = EXCLUDED."updatedAt"
      RETURNING id, "firstSeq")`;
  if (ended.length === 0) return written;
  return Prisma.sql`${written}, swept AS (
      DELETE FROM "SessionEvent" e USING numbered, parts p,
        unnest(CAST(${ended.map(({ part }) => part.id)} AS text[]), CAST(${ended.map(({ last }) => last)} AS int[])) AS gone(id, last)
      WHERE p.id = gone.id AND e."workspaceId" = ${key.workspaceId} AND e."sessionId" = ${key.sessionId}
        AND e.seq >= p."firstSeq" AND e.seq < numbered."lastSeq" - ${count} + 1 + gone.last
        AND ((e.type = 'part.delta' AND e.data->>'partId' = p.id) OR (e.type = 'part.updated' AND e.data->'part'->>'id' = p.id)))`;
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

/** Parts that were taken back leave the log and its projection. */
async function removeParts(tx: Tx, key: SessionKey, bodies: readonly SessionEventBody[], beforeSeq: number): Promise<void> {
  const removed = bodies.flatMap((body) => (body.type === "parts.removed" ? body.data.partIds : []));
  if (removed.length === 0) return;
  await sweepPartEvents(
    tx,
    key,
    removed.map((id) => ({ id, beforeSeq })),
  );
  await tx.part.deleteMany({ where: { workspaceId: key.workspaceId, id: { in: removed } } });
}

/**
 * Appends to a session's log and writes the projections (messages, parts) in the same transaction.
 * Throws NOT_FOUND when there is no such session in the workspace.
 */
export async function appendEvents(tx: Tx, key: SessionKey, bodies: readonly SessionEventBody[], now: Date): Promise<EncodedEvent[]> {
  if (bodies.length === 0) return [];
  const events = await insertEvents(tx, key, bodies, now, null);
  if (!events) throw notFound("The session");
  await removeParts(tx, key, bodies, events[0]?.seq ?? 0);
  return events;
}

/** The same for the holder of a turn's fence; null when somebody else holds it by now, and then nothing was written. */
export async function appendFenced(tx: Tx, key: WriterKey, bodies: readonly SessionEventBody[], now: Date): Promise<EncodedEvent[] | null> {
  if (bodies.length === 0) return [];
  const events = await insertEvents(tx, key, bodies, now, key);
  if (events) await removeParts(tx, key, bodies, events[0]?.seq ?? 0);
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
