import type { Tx } from "../../../platform/database/database.ts";
import { notFound } from "../../../platform/errors.ts";
import type { RepositoryId, WorkspaceId } from "../../../platform/ids.ts";
import { partSchema } from "../parts/contract.ts";

export interface GroupKey {
  readonly workspaceId: WorkspaceId;
  readonly groupId: string;
}
const groupOf = (key: GroupKey) => ({ id_workspaceId: { id: key.groupId, workspaceId: key.workspaceId } });

interface NewGroup {
  readonly repositoryId: RepositoryId;
  readonly title: string;
  readonly prompt: string;
  readonly clientRequestId: string | null;
  readonly createdById: string;
}

/** The group's id: a new one's, or that of the one that the same request has made before. */
export async function createGroup(tx: Tx, key: GroupKey, data: NewGroup): Promise<string> {
  const row = { id: key.groupId, workspaceId: key.workspaceId, ...data };
  const { count } = await tx.compareGroup.createMany({ data: [row], skipDuplicates: true });
  if (count > 0 || data.clientRequestId === null) return key.groupId;
  const { workspaceId } = key;
  const known = await tx.compareGroup.findUnique({
    where: { workspaceId_clientRequestId: { workspaceId, clientRequestId: data.clientRequestId } },
    select: { id: true },
  });
  return known?.id ?? key.groupId;
}

/** A group with its sessions, in the order in which they were started. NOT_FOUND for a foreign one. */
export async function getGroup(tx: Tx, key: GroupKey) {
  const row = await tx.compareGroup.findUnique({
    where: groupOf(key),
    include: {
      repository: { select: { name: true } },
      sessions: {
        orderBy: { id: "asc" },
        include: {
          turns: { orderBy: { ordinal: "asc" }, select: { id: true, stepCount: true, startedAt: true, finishedAt: true, error: true } },
        },
      },
    },
  });
  if (!row) throw notFound("The comparison");
  return row;
}

/** Marks one of the group's sessions as the one to go on with; null takes the mark back. */
export async function markChosen(tx: Tx, key: GroupKey, sessionId: string | null, by: string, now: Date): Promise<void> {
  const data =
    sessionId === null
      ? { chosenSessionId: null, chosenById: null, chosenAt: null }
      : { chosenSessionId: sessionId, chosenById: by, chosenAt: now };
  await tx.compareGroup.update({ where: groupOf(key), data });
}

/** The pictures that a session's first prompt came with. */
export async function findPromptPictures(tx: Tx, workspaceId: WorkspaceId, sessionId: string) {
  const rows = await tx.part.findMany({
    where: { workspaceId, sessionId, type: "image", message: { role: "user", turn: { ordinal: 1 } } },
    orderBy: [{ messageId: "asc" }, { ordinal: "asc" }],
    select: { data: true },
  });
  return rows.map(({ data }) => partSchema.parse(data)).filter((part) => part.type === "image");
}

const mostCommands = 1_000;

/** The last commands that a session ran, the newest first. */
export async function findCommandsOf(tx: Tx, workspaceId: WorkspaceId, sessionId: string) {
  return tx.$queryRaw<{ command: string | null; exitCode: number | null }[]>`SELECT data->'input'->>'command' AS command,
      CAST(data->>'exitCode' AS int) AS "exitCode"
    FROM "Part" WHERE "workspaceId" = ${workspaceId} AND "sessionId" = ${sessionId} AND type = 'tool' AND data->>'tool' = 'bash'
      AND data->>'endedAt' IS NOT NULL ORDER BY "messageId" DESC, ordinal DESC LIMIT ${mostCommands}`;
}
