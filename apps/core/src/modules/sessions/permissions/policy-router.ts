import { z } from "zod";
import { withTenant } from "../../../platform/database/database.ts";
import { limits } from "../../../platform/limits.ts";
import { router, workspaceProcedure } from "../../tenancy/index.ts";
import { permissionRuleSchema } from "../../tools/contract.ts";
import { platformRules } from "../../tools/index.ts";
import { changePolicy } from "./change-policy.ts";
import { dryRun } from "./dry-run.ts";
import { listConfigProblems } from "./list-config-problems.ts";
import { findPolicyView } from "./policy-repo.ts";

const read = workspaceProcedure("permissionRules.read");
const tryOut = workspaceProcedure("permissionRules.write");
const write = workspaceProcedure("permissionPolicy.write");

const rulesSchema = z.array(permissionRuleSchema).max(limits.permission.maxPolicyRules);

export const policyRouter = router({
  get: read.query(({ ctx }) => withTenant(ctx.scope.workspaceId, (tx) => findPolicyView(tx, ctx.scope.workspaceId))),

  save: write
    .input(z.object({ rules: rulesSchema, version: z.number().int().min(0) }))
    .mutation(({ ctx, input }) => changePolicy({ workspaceId: ctx.scope.workspaceId, userId: ctx.user.id, ...input })),

  /** The rules that hold where nobody ruled otherwise. */
  platform: read.query(() => platformRules),

  repositories: read.query(({ ctx }) => listConfigProblems(ctx.scope.workspaceId)),

  /** Changes nothing; a mutation because a policy is too long for an address, and for those who may change rules. */
  dryRun: tryOut
    .input(
      z.object({
        sessions: z.number().int().min(1).max(limits.permission.dryRunMaxSessions).default(20),
        policy: rulesSchema.optional(),
        addRule: permissionRuleSchema.optional(),
      }),
    )
    .mutation(({ ctx, input }) => dryRun({ workspaceId: ctx.scope.workspaceId, ...input })),
});
