import { Prisma, type Tx } from "../../../platform/database/database.ts";
import type { SessionId, TurnId, WorkspaceId } from "../../../platform/ids.ts";
import { type Part, partSchema, type TurnState, turnStateSchema } from "../contract.ts";
import type { SessionKey, TurnKey } from "../event-log-repo.ts";

/** The turn of a sub-agent that a call started. */
export interface ChildTurn {
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  readonly state: TurnState;
  readonly error: unknown;
  readonly agent: string;
  readonly steps: number;
}

/** A turn names the call of the parent's that it works for. */
export const taskRequestId = (callId: string): string => `task:${callId}`;
export const callIdOf = (clientRequestId: string | null): string | null =>
  clientRequestId?.startsWith("task:") ? clientRequestId.slice("task:".length) : null;

/** The child's turn that a call of this session started; null when it has started none. */
export async function findChildTurn(tx: Tx, parent: SessionKey, callId: string): Promise<ChildTurn | null> {
  const row = await tx.turn.findFirst({
    where: { workspaceId: parent.workspaceId, clientRequestId: taskRequestId(callId), session: { parentSessionId: parent.sessionId } },
    select: { id: true, sessionId: true, state: true, error: true, agent: true, stepCount: true, session: { select: { agent: true } } },
  });
  if (!row) return null;
  return {
    sessionId: row.sessionId as SessionId,
    turnId: row.id as TurnId,
    state: turnStateSchema.parse(row.state),
    error: row.error,
    agent: row.agent ?? row.session.agent,
    steps: row.stepCount,
  };
}

/** Makes a sub-agent's session; the same call finds the one that it has made. */
export async function createChildRecord(tx: Tx, data: Prisma.SessionUncheckedCreateInput): Promise<void> {
  await tx.session.create({ data });
}

/** An earlier child of this session, to be gone on with; null when the id is none. */
export async function findChildSession(tx: Tx, parent: SessionKey, childId: string): Promise<{ id: SessionId; agent: string } | null> {
  const row = await tx.session.findFirst({
    where: { id: childId, workspaceId: parent.workspaceId, parentSessionId: parent.sessionId, archivedAt: null },
    select: { id: true, agent: true },
  });
  return row ? { id: row.id as SessionId, agent: row.agent } : null;
}

export async function countDescendants(tx: Tx, workspaceId: WorkspaceId, rootSessionId: SessionId): Promise<number> {
  return tx.session.count({ where: { workspaceId, rootSessionId } });
}

/** What a turn's last message says: text parts of the newest answer that has any. */
export async function findFinalText(tx: Tx, key: TurnKey): Promise<string> {
  const rows = await tx.message.findMany({
    where: { workspaceId: key.workspaceId, sessionId: key.sessionId, turnId: key.turnId, role: "assistant" },
    orderBy: { id: "desc" },
    take: 20,
    select: { parts: { where: { type: "text" }, orderBy: { ordinal: "asc" }, select: { data: true } } },
  });
  for (const { parts } of rows) {
    const text = parts.map(({ data }) => textOf(partSchema.parse(data))).join("\n");
    if (text.trim() !== "") return text.trim();
  }
  return "";
}

const textOf = (part: Part): string => (part.type === "text" ? part.text : "");

/** Tokens and cost of one turn, as its steps noted them. */
export async function sumTurnUse(tx: Tx, key: TurnKey): Promise<{ inputTokens: number; outputTokens: number; costMicros: number }> {
  const [row] = await tx.$queryRaw<{ input: bigint | null; output: bigint | null; cost: bigint | null }[]>`SELECT
      SUM(CAST(p.data->>'inputTokens' AS bigint)) AS input, SUM(CAST(p.data->>'outputTokens' AS bigint)) AS output,
      SUM(CAST(CAST(p.data->>'costMicros' AS numeric) AS bigint)) AS cost
    FROM "Part" p JOIN "Message" m ON m.id = p."messageId" AND m."workspaceId" = p."workspaceId"
    WHERE m."workspaceId" = ${key.workspaceId} AND m."sessionId" = ${key.sessionId} AND m."turnId" = ${key.turnId} AND p.type = 'step-finish'`;
  return { inputTokens: Number(row?.input ?? 0), outputTokens: Number(row?.output ?? 0), costMicros: Number(row?.cost ?? 0) };
}

/** Children of a session that somebody works in or waits for. */
export async function findActiveChildren(tx: Tx, parent: SessionKey, parentTurnId: TurnId): Promise<SessionId[]> {
  const rows = await tx.session.findMany({
    where: {
      workspaceId: parent.workspaceId,
      parentSessionId: parent.sessionId,
      parentTurnId,
      turns: { some: { state: { in: ["queued", "running", "waiting"] } } },
    },
    select: { id: true },
  });
  return rows.map(({ id }) => id as SessionId);
}

/** All sessions that sub-agents of a session, and theirs, work in; oldest first. */
export async function findDescendants(tx: Tx, key: SessionKey) {
  const own = await tx.session.findUnique({
    where: { id_workspaceId: { id: key.sessionId, workspaceId: key.workspaceId } },
    select: { rootSessionId: true },
  });
  const rootSessionId = own?.rootSessionId ?? key.sessionId;
  const rows = await tx.session.findMany({
    where: { workspaceId: key.workspaceId, rootSessionId },
    orderBy: { id: "asc" },
    select: {
      id: true,
      title: true,
      agent: true,
      model: true,
      state: true,
      depth: true,
      parentSessionId: true,
      parentCallId: true,
      costMicros: true,
      inputTokens: true,
      outputTokens: true,
      createdAt: true,
      turns: { orderBy: { ordinal: "asc" }, select: { state: true, stepCount: true, clientRequestId: true } },
      permissionRequests: { where: { state: "pending" }, orderBy: { createdAt: "asc" } },
    },
  });
  const kept = new Set<string>([key.sessionId]);
  // A parent is always older than its children.
  return rows.filter((row) => {
    if (row.parentSessionId === null || !kept.has(row.parentSessionId)) return false;
    kept.add(row.id);
    return true;
  });
}

/** The newest line that each of these sessions' agents has written or called, by session. */
export async function findLastLines(tx: Tx, workspaceId: WorkspaceId, sessionIds: readonly string[]): Promise<Map<string, string>> {
  if (sessionIds.length === 0) return new Map();
  const rows = await tx.$queryRaw<
    { sessionId: string; data: unknown }[]
  >`SELECT DISTINCT ON (p."sessionId") p."sessionId", p.data FROM "Part" p
    JOIN "Message" m ON m.id = p."messageId" AND m."workspaceId" = p."workspaceId" AND m.role = 'assistant'
    WHERE p."workspaceId" = ${workspaceId} AND p."sessionId" IN (${Prisma.join([...sessionIds])}) AND p.type IN ('text', 'tool')
    ORDER BY p."sessionId", p."messageId" DESC, p.ordinal DESC`;
  return new Map(rows.map(({ sessionId, data }) => [sessionId, lineOf(partSchema.parse(data))]));
}

function lineOf(part: Part): string {
  const text = part.type === "text" ? part.text : part.type === "tool" ? `${part.tool} ${part.title === part.tool ? "" : part.title}` : "";
  const line = text.split("\n").findLast((candidate) => candidate.trim() !== "") ?? "";
  return line.trim().slice(0, 200);
}

/** Sub-agents' sessions go with the session at the top. */
export async function archiveDescendants(tx: Tx, root: SessionKey, now: Date): Promise<void> {
  await tx.session.updateMany({
    where: { workspaceId: root.workspaceId, rootSessionId: root.sessionId, archivedAt: null },
    data: { archivedAt: now },
  });
}
