import { Prisma, type Tx } from "../../../platform/database/database.ts";
import type { SessionId, TurnId, WorkspaceId } from "../../../platform/ids.ts";
import { partSchema, type ToolPart } from "../contract.ts";

/** A tool call as it was made in a session, without its output. */
export interface RecordedCall {
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  readonly sessionTitle: string;
  readonly part: ToolPart;
}

/** The tool calls of the workspace's sessions that changed last, newest first, `maxCalls` at most. */
export async function findRecordedCalls(
  tx: Tx,
  workspaceId: WorkspaceId,
  { sessions, maxCalls }: { sessions: number; maxCalls: number },
): Promise<{ sessions: number; calls: RecordedCall[] }> {
  const found = await tx.session.findMany({
    where: { workspaceId },
    orderBy: [{ updatedAt: "desc" }, { id: "desc" }],
    take: sessions,
    select: { id: true, title: true },
  });
  const titles = new Map(found.map(({ id, title }) => [id, title]));
  if (found.length === 0) return { sessions: 0, calls: [] };
  // What they printed is not judged, and is most of what is stored.
  const rows = await tx.$queryRaw<{ sessionId: string; turnId: string; data: unknown }[]>`SELECT p."sessionId", m."turnId",
      (p.data - 'output') || CAST('{"output": ""}' AS jsonb) AS data
    FROM "Part" p JOIN "Message" m ON m.id = p."messageId" AND m."workspaceId" = p."workspaceId"
    WHERE p."workspaceId" = ${workspaceId} AND p."sessionId" IN (${Prisma.join([...titles.keys()])}) AND p.type = 'tool'
    ORDER BY p."createdAt" DESC, p.id DESC LIMIT ${maxCalls}`;
  const calls = rows.flatMap(({ sessionId, turnId, data }) => {
    const part = partSchema.safeParse(data).data;
    if (part?.type !== "tool") return [];
    return [{ sessionId: sessionId as SessionId, turnId: turnId as TurnId, sessionTitle: titles.get(sessionId) ?? "", part }];
  });
  return { sessions: found.length, calls };
}
