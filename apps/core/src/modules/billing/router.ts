import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";
import { router, workspaceProcedure } from "../tenancy/index.ts";
import { saveBudgetSchema, usageRangeSchema } from "./contract.ts";
import { exportUsage } from "./export-usage.ts";
import { budgetWarnings, listBudgets, removeBudget, saveBudget } from "./manage-budgets.ts";
import { usageReport } from "./usage-report.ts";

const read = workspaceProcedure("usage.read");
const write = workspaceProcedure("budgets.write");

/** What a workspace has used, and how much it may. */
export const billingRouter = router({
  usage: read.input(usageRangeSchema).query(({ ctx, input }) => usageReport(ctx.scope.workspaceId, input.days)),
  exportCsv: read.input(usageRangeSchema).query(({ ctx, input }) => exportUsage(ctx.scope.workspaceId, input.days)),
  budgets: read.query(({ ctx }) => listBudgets(ctx.scope.workspaceId)),
  warnings: read
    .input(z.object({ sessionId: idSchema("session").optional() }).optional())
    .query(({ ctx, input }) => budgetWarnings(ctx.scope.workspaceId, ctx.user.id, input?.sessionId)),
  saveBudget: write
    .input(saveBudgetSchema)
    .mutation(({ ctx, input }) => saveBudget({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id }, input)),
  removeBudget: write
    .input(z.object({ budgetId: idSchema("budget") }))
    .mutation(({ ctx, input }) => removeBudget({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id }, input.budgetId)),
});
