import { z } from "zod";
import { idSchema } from "../../../platform/ids.ts";
import { router, workspaceProcedure } from "../../tenancy/index.ts";
import { chooseSession } from "./choose-session.ts";
import { createCompareSchema } from "./contract.ts";
import { createCompare } from "./create-compare.ts";
import { getCompare } from "./get-compare.ts";

const groupInput = z.object({ groupId: idSchema("compareGroup") });

export const compareRouter = router({
  create: workspaceProcedure("sessions.write")
    .input(createCompareSchema.extend({ clientRequestId: z.string().min(1).max(100).optional() }))
    .mutation(({ ctx, input }) =>
      createCompare({ workspaceId: ctx.scope.workspaceId, actor: { kind: "user", id: ctx.user.id }, origin: "browser", ...input }),
    ),

  get: workspaceProcedure("sessions.read")
    .input(groupInput)
    .query(({ ctx, input }) => getCompare({ workspaceId: ctx.scope.workspaceId, ...input })),

  choose: workspaceProcedure("sessions.write")
    .input(groupInput.extend({ sessionId: idSchema("session").nullable(), archiveOthers: z.boolean().default(false) }))
    .mutation(({ ctx, input }) => chooseSession({ workspaceId: ctx.scope.workspaceId, chosenBy: ctx.user.id, ...input })),
});
