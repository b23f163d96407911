import { type Tx, withTenant } from "../../platform/database/database.ts";
import { AppError, notFound } from "../../platform/errors.ts";
import { newId, type UserId, type WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { recordAudit } from "../tenancy/index.ts";
import type { SkillChange, SkillInput, SkillView } from "./contract.ts";
import { deleteSkill, findSkill, findSkills, insertSkill, replaceFiles, type SkillFileContent, updateSkill } from "./repo.ts";

interface Actor {
  readonly workspaceId: WorkspaceId;
  readonly actorId: UserId;
}

interface NewSkill extends Actor {
  readonly input: SkillInput;
  readonly files?: readonly SkillFileContent[];
}

/** Publishes a new skill of the workspace. Throws CONFLICT when its name is taken. */
export async function createSkill({ workspaceId, actorId, input, files = [] }: NewSkill): Promise<SkillView> {
  return withTenant(workspaceId, async (tx) => {
    if ((await findSkills(tx, workspaceId)).length >= limits.skill.maxSkills)
      throw new AppError("UNPROCESSABLE", `A workspace has at most ${limits.skill.maxSkills} skills. Remove one first.`);
    const skill = await insertSkill(tx, { ...input, id: newId("skill"), workspaceId, userId: actorId });
    if (!skill) throw taken(input.name);
    await replaceFiles(tx, { workspaceId, skillId: skill.id }, files);
    await audit(tx, { workspaceId, actorId, action: "skills.create", skill });
    return (await findSkill(tx, workspaceId, skill.id)) ?? skill;
  });
}

interface ChangedSkill extends Actor {
  readonly skillId: string;
  readonly version: number;
  readonly change: SkillChange;
  /** instead of those that it has; left out: they stay */
  readonly files?: readonly SkillFileContent[];
}

/**
 * Publishes a new version of a skill, or switches it on or off. Throws CONFLICT when somebody else changed it since
 * `version`, or when the new name is taken.
 */
export async function changeSkill(request: ChangedSkill): Promise<SkillView> {
  const { workspaceId, actorId, skillId, version, change, files } = request;
  return withTenant(workspaceId, async (tx) => {
    const before = await findSkill(tx, workspaceId, skillId);
    if (!before) throw notFound("The skill");
    const others = await findSkills(tx, workspaceId);
    if (change.name !== undefined && others.some(({ id, name }) => id !== skillId && name === change.name)) throw taken(change.name);
    const skill = await updateSkill(tx, { workspaceId, id: skillId, version }, { ...change, userId: actorId });
    if (!skill)
      throw new AppError(
        "CONFLICT",
        `Somebody changed this skill meanwhile: it is in version ${before.version} now. Load it again, then repeat your change.`,
      );
    if (files) await replaceFiles(tx, { workspaceId, skillId }, files);
    await audit(tx, { workspaceId, actorId, action: "skills.update", skill });
    return (await findSkill(tx, workspaceId, skillId)) ?? skill;
  });
}

/** Removes a skill of the workspace. Sessions that loaded it keep what they read. */
export async function removeSkill({ workspaceId, actorId, skillId }: Actor & { skillId: string }): Promise<void> {
  await withTenant(workspaceId, async (tx) => {
    const skill = await findSkill(tx, workspaceId, skillId);
    if (!skill || !(await deleteSkill(tx, workspaceId, skillId))) throw notFound("The skill");
    await audit(tx, { workspaceId, actorId, action: "skills.remove", skill });
  });
}

function taken(name: string): AppError {
  return new AppError("CONFLICT", `There is a skill "${name}" already. Change that one, or choose another name.`);
}

async function audit(tx: Tx, entry: Actor & { action: string; skill: SkillView }): Promise<void> {
  const { workspaceId, actorId, action, skill } = entry;
  const data = { name: skill.name, version: skill.version, enabled: skill.enabled };
  await recordAudit(tx, { workspaceId, actorKind: "user", actorId, action, subjectId: skill.id, data });
}
