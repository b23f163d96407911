import type { Tx } from "../../platform/database/database.ts";
import type { UserId, WorkspaceId } from "../../platform/ids.ts";
import { type SkillChange, type SkillInput, type SkillView, skillSchema } from "./contract.ts";

/** The workspace's own skills, by name. */
export async function findSkills(tx: Tx, workspaceId: WorkspaceId): Promise<SkillView[]> {
  const rows = await tx.skill.findMany({ where: { workspaceId }, orderBy: { name: "asc" } });
  return rows.map((row) => skillSchema.parse(row));
}

export async function findSkill(tx: Tx, workspaceId: WorkspaceId, id: string): Promise<SkillView | null> {
  const row = await tx.skill.findFirst({ where: { workspaceId, id } });
  return row ? skillSchema.parse(row) : null;
}

/** Null when the name is taken. */
export async function insertSkill(
  tx: Tx,
  skill: SkillInput & { readonly id: string; readonly workspaceId: WorkspaceId; readonly userId: UserId },
): Promise<SkillView | null> {
  const { userId, ...data } = skill;
  const [row] = await tx.skill.createManyAndReturn({ data: [{ ...data, createdById: userId, updatedById: userId }], skipDuplicates: true });
  return row ? skillSchema.parse(row) : null;
}

/** Changes the skill if it still is in that version; null when it is not. */
export async function updateSkill(
  tx: Tx,
  key: { readonly workspaceId: WorkspaceId; readonly id: string; readonly version: number },
  change: SkillChange & { readonly userId: UserId },
): Promise<SkillView | null> {
  const { userId, ...fields } = change;
  const before = await findSkill(tx, key.workspaceId, key.id);
  if (!before) return null;
  const { name, description, body, enabled } = { ...before, ...fields };
  const data = {
    name: name ?? before.name,
    description: description ?? before.description,
    body: body ?? before.body,
    enabled: enabled ?? before.enabled,
  };
  const [row] = await tx.skill.updateManyAndReturn({
    where: { ...key },
    data: { ...data, updatedById: userId, version: { increment: 1 } },
  });
  return row ? skillSchema.parse(row) : null;
}

/** False when there was none. */
export async function deleteSkill(tx: Tx, workspaceId: WorkspaceId, id: string): Promise<boolean> {
  return (await tx.skill.deleteMany({ where: { workspaceId, id } })).count > 0;
}
