import { z } from "zod";
import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import { idSchema } from "../../platform/ids.ts";
import { recordAudit, router, workspaceProcedure } from "../tenancy/index.ts";
import { permissionRuleSchema } from "../tools/contract.ts";
import { deletePermissionRule, listPermissionRuleViews, savePermissionRule } from "./permission-rule-repo.ts";

const read = workspaceProcedure("permissionRules.read");
const write = workspaceProcedure("permissionRules.write");

export const permissionRulesRouter = router({
  list: read.query(({ ctx }) => withTenant(ctx.scope.workspaceId, (tx) => listPermissionRuleViews(tx, ctx.scope.workspaceId))),

  create: write.input(permissionRuleSchema).mutation(({ ctx, input }) => {
    const { workspaceId } = ctx.scope;
    return withTenant(workspaceId, async (tx) => {
      const rule = await savePermissionRule(tx, workspaceId, { ...input, createdById: ctx.user.id, source: "settings" });
      const actor = { workspaceId, actorKind: "user", actorId: ctx.user.id } as const;
      await recordAudit(tx, { ...actor, action: "permissionRules.create", subjectId: rule.id, data: { ...input } });
      return rule;
    });
  }),

  remove: write.input(z.object({ ruleId: idSchema("permissionRule") })).mutation(({ ctx, input }) => {
    const { workspaceId } = ctx.scope;
    return withTenant(workspaceId, async (tx) => {
      if (!(await deletePermissionRule(tx, workspaceId, input.ruleId))) throw notFound("The rule");
      await recordAudit(tx, {
        workspaceId,
        actorKind: "user",
        actorId: ctx.user.id,
        action: "permissionRules.remove",
        subjectId: input.ruleId,
      });
    });
  }),
});
