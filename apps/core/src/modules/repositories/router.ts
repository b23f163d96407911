import { z } from "zod";
import { env } from "../../platform/env.ts";
import { idSchema } from "../../platform/ids.ts";
import { router, workspaceProcedure } from "../tenancy/index.ts";
import { connectRepository } from "./connect-repository.ts";
import { connectRepositorySchema } from "./contract.ts";
import { getRepository, listRepositories } from "./list-repositories.ts";
import { refreshRepository } from "./refresh-repository.ts";
import { removeRepository } from "./remove-repository.ts";

const keySchema = z.object({ repositoryId: idSchema("repository") });

export const repositoriesRouter = router({
  list: workspaceProcedure("repositories.read").query(({ ctx }) => listRepositories(ctx.scope.workspaceId)),
  get: workspaceProcedure("repositories.read")
    .input(keySchema)
    .query(({ ctx, input }) => getRepository({ workspaceId: ctx.scope.workspaceId, ...input })),
  connect: workspaceProcedure("repositories.write")
    .input(connectRepositorySchema)
    .mutation(({ ctx, input }) => connectRepository({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id }, input)),
  refresh: workspaceProcedure("repositories.write")
    .input(keySchema)
    .mutation(({ ctx, input }) => refreshRepository({ workspaceId: ctx.scope.workspaceId, ...input })),
  remove: workspaceProcedure("repositories.write")
    .input(keySchema)
    .mutation(async ({ ctx, input }) => {
      await removeRepository({ workspaceId: ctx.scope.workspaceId, ...input }, ctx.user.id);
    }),
  capabilities: workspaceProcedure("repositories.read").query(() => ({ localPaths: env().SINGLE_MACHINE })),
});
