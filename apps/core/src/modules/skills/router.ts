import { z } from "zod";
import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import { idSchema } from "../../platform/ids.ts";
import { router, workspaceProcedure } from "../tenancy/index.ts";
import { skillChangeSchema, skillInputSchema, skillPathSchema, skillUploadSchema } from "./contract.ts";
import { listRepositorySkills } from "./list-repository-skills.ts";
import { readSkillFile } from "./read-skill-file.ts";
import { findSkill, findSkills } from "./repo.ts";
import { changeSkill, createSkill, removeSkill } from "./save-skill.ts";
import { uploadSkill } from "./upload-skill.ts";

const read = workspaceProcedure("skills.read");
const write = workspaceProcedure("skills.write");
const skillKey = z.object({ skillId: idSchema("skill") });

/** The workspace's own skills, and what a connected repository holds. */
export const skillsRouter = router({
  list: read.query(({ ctx }) => withTenant(ctx.scope.workspaceId, (tx) => findSkills(tx, ctx.scope.workspaceId))),
  get: read.input(skillKey).query(async ({ ctx, input }) => {
    const skill = await withTenant(ctx.scope.workspaceId, (tx) => findSkill(tx, ctx.scope.workspaceId, input.skillId));
    if (!skill) throw notFound("The skill");
    return skill;
  }),
  ofRepository: read
    .input(z.object({ repositoryId: idSchema("repository") }))
    .query(({ ctx, input }) => listRepositorySkills({ workspaceId: ctx.scope.workspaceId, repositoryId: input.repositoryId })),
  create: write
    .input(skillInputSchema)
    .mutation(({ ctx, input }) => createSkill({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, input })),
  update: write
    .input(skillKey.extend({ version: z.number().int().min(1), change: skillChangeSchema }))
    .mutation(({ ctx, input }) => changeSkill({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, ...input })),
  upload: write
    .input(skillUploadSchema)
    .mutation(({ ctx, input }) => uploadSkill({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, ...input })),
  file: read
    .input(skillKey.extend({ path: skillPathSchema }))
    .query(({ ctx, input }) => readSkillFile({ workspaceId: ctx.scope.workspaceId, ...input })),
  remove: write
    .input(skillKey)
    .mutation(({ ctx, input }) => removeSkill({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, skillId: input.skillId })),
});
