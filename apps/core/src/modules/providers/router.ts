import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";
import { router, workspaceProcedure } from "../tenancy/index.ts";
import { addKey } from "./add-key.ts";
import { addKeySchema } from "./contract.ts";
import { guidedTasks } from "./demo/guided-tasks.ts";
import { listKeys } from "./list-keys.ts";
import { listModels } from "./list-models.ts";
import { revokeKey } from "./revoke-key.ts";
import { testKey } from "./test-key.ts";

const keyInput = z.object({ keyId: idSchema("providerKey") });

/** Models, keys and guided tasks of a workspace. */
export const providersRouter = router({
  models: workspaceProcedure("providerKeys.read").query(({ ctx }) => listModels(ctx.scope.workspaceId)),
  keys: workspaceProcedure("providerKeys.read").query(({ ctx }) => listKeys(ctx.scope.workspaceId)),
  addKey: workspaceProcedure("providerKeys.write")
    .input(addKeySchema)
    .mutation(({ ctx, input }) => addKey({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, input })),
  testKey: workspaceProcedure("providerKeys.write")
    .input(keyInput)
    .mutation(({ ctx, input }) => testKey({ workspaceId: ctx.scope.workspaceId, keyId: input.keyId })),
  revokeKey: workspaceProcedure("providerKeys.write")
    .input(keyInput)
    .mutation(({ ctx, input }) => revokeKey({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, keyId: input.keyId })),
  guidedTasks: workspaceProcedure("providerKeys.read").query(() => [...guidedTasks]),
});
