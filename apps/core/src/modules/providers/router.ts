import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";
import { router, workspaceProcedure } from "../tenancy/index.ts";
import { addKey } from "./add-key.ts";
import { addKeySchema, customModelSchema, modelSettingsSchema } from "./contract.ts";
import { guidedTasks } from "./demo/guided-tasks.ts";
import { listKeys } from "./list-keys.ts";
import { listModels } from "./list-models.ts";
import { listProviders } from "./list-providers.ts";
import {
  getModelSettings,
  listCircuits,
  listCustomModels,
  listOffered,
  putCustomModel,
  removeCustomModel,
  setModelSettings,
} from "./model-settings.ts";
import { revokeKey } from "./revoke-key.ts";
import { testKey } from "./test-key.ts";

const keyInput = z.object({ keyId: idSchema("providerKey") });
const read = workspaceProcedure("providerKeys.read");
const write = workspaceProcedure("providerKeys.write");

/** Providers, keys, models and guided tasks of a workspace, and what its admins set about them. */
export const providersRouter = router({
  providers: read.query(() => listProviders()),
  models: read.query(({ ctx }) => {
    const isAdmin = ctx.scope.role === "owner" || ctx.scope.role === "admin";
    return listModels(ctx.scope.workspaceId, { userId: ctx.user.id, isAdmin });
  }),
  offered: write.query(({ ctx }) => listOffered(ctx.scope.workspaceId)),
  refreshModels: write.mutation(({ ctx }) => listOffered(ctx.scope.workspaceId, { fresh: true })),
  circuits: read.query(({ ctx }) => listCircuits(ctx.scope.workspaceId)),
  settings: read.query(({ ctx }) => getModelSettings(ctx.scope.workspaceId)),
  setSettings: write
    .input(modelSettingsSchema)
    .mutation(({ ctx, input }) => setModelSettings({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id }, input)),
  customModels: read.query(({ ctx }) => listCustomModels(ctx.scope.workspaceId)),
  saveModel: write
    .input(customModelSchema)
    .mutation(({ ctx, input }) => putCustomModel({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id }, input)),
  removeModel: write
    .input(z.object({ id: idSchema("customModel") }))
    .mutation(({ ctx, input }) => removeCustomModel({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id }, input.id)),
  keys: read.query(({ ctx }) => listKeys(ctx.scope.workspaceId)),
  addKey: write
    .input(addKeySchema)
    .mutation(({ ctx, input }) => addKey({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, input })),
  testKey: write.input(keyInput).mutation(({ ctx, input }) => testKey({ workspaceId: ctx.scope.workspaceId, keyId: input.keyId })),
  revokeKey: write
    .input(keyInput)
    .mutation(({ ctx, input }) => revokeKey({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, keyId: input.keyId })),
  guidedTasks: read.query(() => [...guidedTasks]),
});
