import type { Tx } from "../../../platform/database/database.ts";
import type { SessionId, TurnId, WorkspaceId } from "../../../platform/ids.ts";
import { partSchema, type ToolPart } from "../contract.ts";

/** A tool call as it was made in a session. */
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
  const rows = await tx.part.findMany({
    where: { workspaceId, sessionId: { in: [...titles.keys()] }, type: "tool" },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: maxCalls,
    select: { sessionId: true, data: true, message: { select: { turnId: true } } },
  });
  const calls = rows.flatMap(({ sessionId, data, message }) => {
    const part = partSchema.safeParse(data).data;
    if (part?.type !== "tool") return [];
    return [{ sessionId: sessionId as SessionId, turnId: message.turnId as TurnId, sessionTitle: titles.get(sessionId) ?? "", part }];
  });
  return { sessions: found.length, calls };
}
