import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";
import { router, workspaceProcedure } from "../tenancy/index.ts";
import { sandboxPolicySchema, setupSecretSchema } from "./contract.ts";
import { requestRebuild } from "./request-rebuild.ts";
import { showSandboxPolicy, updateSandboxPolicy } from "./settings/sandbox-policy.ts";
import { listSetupSecrets, removeSetupSecret, setSetupSecret } from "./settings/setup-secrets.ts";
import { showSandbox } from "./show-sandbox.ts";

const sessionInput = z.object({ sessionId: idSchema("session") });

/** A session's sandbox, and what a workspace sets for all of its own. */
export const sandboxesRouter = router({
  get: workspaceProcedure("sandboxes.read")
    .input(sessionInput)
    .query(({ ctx, input }) => showSandbox({ workspaceId: ctx.scope.workspaceId, sessionId: input.sessionId })),
  rebuild: workspaceProcedure("sandboxes.write")
    .input(sessionInput.extend({ fresh: z.boolean().default(false) }))
    .mutation(({ ctx, input }) => requestRebuild({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, ...input })),
  policy: router({
    get: workspaceProcedure("sandboxes.read").query(({ ctx }) => showSandboxPolicy(ctx.scope.workspaceId)),
    update: workspaceProcedure("sandboxPolicy.write")
      .input(sandboxPolicySchema.partial())
      .mutation(({ ctx, input }) => updateSandboxPolicy({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, change: input })),
  }),
  secrets: router({
    list: workspaceProcedure("sandboxes.read").query(({ ctx }) => listSetupSecrets(ctx.scope.workspaceId)),
    set: workspaceProcedure("sandboxPolicy.write")
      .input(setupSecretSchema)
      .mutation(({ ctx, input }) => setSetupSecret({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, ...input })),
    remove: workspaceProcedure("sandboxPolicy.write")
      .input(setupSecretSchema.pick({ name: true }))
      .mutation(({ ctx, input }) => removeSetupSecret({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, name: input.name })),
  }),
});
