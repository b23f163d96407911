import type { Tx } from "../../platform/database/database.ts";
import { newId, type UserId, type WorkspaceId } from "../../platform/ids.ts";
import { type SkillChange, type SkillInput, type SkillView, skillSchema } from "./contract.ts";

const files = { select: { path: true, sizeBytes: true }, orderBy: { path: "asc" } } as const;

interface SkillRow {
  readonly createdById: string;
  readonly updatedById: string;
}

async function toViews(tx: Tx, rows: readonly SkillRow[]): Promise<SkillView[]> {
  const ids = [...new Set(rows.flatMap(({ createdById, updatedById }) => [createdById, updatedById]))];
  const users = await tx.user.findMany({ where: { id: { in: ids } }, select: { id: true, name: true, email: true } });
  const names = new Map(users.map(({ id, name, email }) => [id, name ?? email]));
  const nameOf = (id: string) => names.get(id) ?? "somebody who left";
  return rows.map((row) => skillSchema.parse({ ...row, createdByName: nameOf(row.createdById), updatedByName: nameOf(row.updatedById) }));
}

/** The workspace's own skills, by name. */
export async function findSkills(tx: Tx, workspaceId: WorkspaceId): Promise<SkillView[]> {
  return toViews(tx, await tx.skill.findMany({ where: { workspaceId }, orderBy: { name: "asc" }, include: { files } }));
}

export async function findSkill(tx: Tx, workspaceId: WorkspaceId, id: string): Promise<SkillView | null> {
  const row = await tx.skill.findFirst({ where: { workspaceId, id }, include: { files } });
  return row ? ((await toViews(tx, [row]))[0] ?? null) : null;
}

/** Null when the name is taken. */
export async function insertSkill(
  tx: Tx,
  skill: SkillInput & { readonly id: string; readonly workspaceId: WorkspaceId; readonly userId: UserId },
): Promise<SkillView | null> {
  const { userId, ...data } = skill;
  const { count } = await tx.skill.createMany({ data: [{ ...data, createdById: userId, updatedById: userId }], skipDuplicates: true });
  return count > 0 ? findSkill(tx, skill.workspaceId, skill.id) : null;
}

/** Changes the skill if it still is in that version; null when it is not. */
export async function updateSkill(
  tx: Tx,
  key: { readonly workspaceId: WorkspaceId; readonly id: string; readonly version: number },
  change: SkillChange & { readonly userId: UserId },
): Promise<SkillView | null> {
  const { userId, name, description, body, enabled } = change;
  const data = {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(body === undefined ? {} : { body }),
    ...(enabled === undefined ? {} : { enabled }),
  };
  const { count } = await tx.skill.updateMany({ where: { ...key }, data: { ...data, updatedById: userId, version: { increment: 1 } } });
  return count > 0 ? findSkill(tx, key.workspaceId, key.id) : null;
}

export interface SkillFileContent {
  readonly path: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

interface SkillKey {
  readonly workspaceId: WorkspaceId;
  readonly skillId: string;
}

/** Puts these files in the place of those that the skill has. */
export async function replaceFiles(tx: Tx, { workspaceId, skillId }: SkillKey, contents: readonly SkillFileContent[]): Promise<void> {
  await tx.skillFile.deleteMany({ where: { workspaceId, skillId } });
  const data = contents.map(({ path, content }) => ({
    id: newId("skillFile"),
    workspaceId,
    skillId,
    path,
    content,
    sizeBytes: content.length,
  }));
  if (data.length > 0) await tx.skillFile.createMany({ data });
}

/** The files of this version with what they hold, by path: `limits.skillFiles.totalMaxBytes` at most. One statement: version and files are of one moment. */
export function findFiles(tx: Tx, { workspaceId, skillId, version }: SkillKey & { readonly version: number }): Promise<SkillFileContent[]> {
  return tx.skillFile.findMany({
    where: { workspaceId, skillId, skill: { version } },
    select: { path: true, content: true },
    orderBy: { path: "asc" },
  });
}

export async function findFile(tx: Tx, { workspaceId, skillId }: SkillKey, path: string): Promise<Uint8Array | null> {
  return (await tx.skillFile.findFirst({ where: { workspaceId, skillId, path }, select: { content: true } }))?.content ?? null;
}

/** False when there was none. */
export async function deleteSkill(tx: Tx, workspaceId: WorkspaceId, id: string): Promise<boolean> {
  return (await tx.skill.deleteMany({ where: { workspaceId, id } })).count > 0;
}
