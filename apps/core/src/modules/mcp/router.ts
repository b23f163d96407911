import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";
import { router, workspaceProcedure } from "../tenancy/index.ts";
import { finishSignIn, startSignIn } from "./connect-server.ts";
import { addMcpServerSchema } from "./contract.ts";
import { addServer, approveServer, changeServer, listServers, readToolInput, removeServer, testServer } from "./manage-servers.ts";

const one = z.object({ serverId: idSchema("mcpServer") });
const read = workspaceProcedure("mcp.read");
const write = workspaceProcedure("mcp.write");

/** The workspace's servers of the Model Context Protocol. */
export const mcpRouter = router({
  list: read.query(({ ctx }) => listServers(ctx.scope.workspaceId)),
  toolInput: read
    .input(one.extend({ tool: z.string().max(128) }))
    .query(({ ctx, input }) => readToolInput({ workspaceId: ctx.scope.workspaceId, ...input })),
  add: write
    .input(addMcpServerSchema)
    .mutation(({ ctx, input }) => addServer({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, server: input })),
  test: write.input(one).mutation(({ ctx, input }) => testServer({ workspaceId: ctx.scope.workspaceId, serverId: input.serverId })),
  change: write
    .input(one.extend({ enabled: z.boolean().optional(), disabledTools: z.array(z.string().max(128)).max(500).optional() }))
    .mutation(({ ctx, input }) => changeServer({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, ...input })),
  approve: write
    .input(one.extend({ configHash: z.string().length(64) }))
    .mutation(({ ctx, input }) => approveServer({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, ...input })),
  remove: write
    .input(one)
    .mutation(({ ctx, input }) => removeServer({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, serverId: input.serverId })),
  startSignIn: write
    .input(one)
    .mutation(({ ctx, input }) =>
      startSignIn({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, slug: ctx.scope.slug, serverId: input.serverId }),
    ),
  finishSignIn: write
    .input(one.extend({ secret: z.string().min(1).max(200), code: z.string().min(1).max(4_000), iss: z.string().max(500).optional() }))
    .mutation(({ ctx, input }) => finishSignIn({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, iss: undefined, ...input })),
});
