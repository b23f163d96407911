import { z } from "zod";
import { withTenant } from "../../../platform/database/database.ts";
import { notFound } from "../../../platform/errors.ts";
import { idSchema } from "../../../platform/ids.ts";
import { router, workspaceProcedure } from "../../tenancy/index.ts";
import { deleteCustomCommand } from "../commands/custom-command-repo.ts";
import { saveCommand } from "../commands/save-command.ts";
import { browseAgents, browseCommands, suggestFiles } from "./browse-definitions.ts";
import { saveAgentSchema, saveCommandSchema } from "./contract.ts";
import { deleteCustomAgent } from "./custom-agent-repo.ts";
import { previewAgent, saveAgent } from "./save-agent.ts";

const read = workspaceProcedure("agents.read");
const write = workspaceProcedure("agents.write");
const place = z.object({ repositoryId: idSchema("repository").optional() });

export const agentsRouter = router({
  list: read.input(place).query(({ ctx, input }) => browseAgents({ workspaceId: ctx.scope.workspaceId, ...input })),

  preview: read
    .input(z.object({ name: z.string().max(64), definition: z.string().max(100_000) }))
    .query(({ ctx, input }) => previewAgent({ workspaceId: ctx.scope.workspaceId, ...input })),

  save: write
    .input(saveAgentSchema)
    .mutation(({ ctx, input }) => saveAgent({ workspaceId: ctx.scope.workspaceId, savedBy: ctx.user.id, ...input })),

  remove: write.input(z.object({ agentId: idSchema("customAgent") })).mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.scope;
    if (!(await withTenant(workspaceId, (tx) => deleteCustomAgent(tx, workspaceId, input.agentId)))) throw notFound("The agent");
  }),

  commands: read.input(place).query(({ ctx, input }) => browseCommands({ workspaceId: ctx.scope.workspaceId, ...input })),

  saveCommand: write
    .input(saveCommandSchema)
    .mutation(({ ctx, input }) => saveCommand({ workspaceId: ctx.scope.workspaceId, savedBy: ctx.user.id, ...input })),

  removeCommand: write.input(z.object({ commandId: idSchema("customCommand") })).mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.scope;
    if (!(await withTenant(workspaceId, (tx) => deleteCustomCommand(tx, workspaceId, input.commandId)))) throw notFound("The command");
  }),

  files: read
    .input(z.object({ repositoryId: idSchema("repository"), query: z.string().max(200) }))
    .query(({ ctx, input }) => suggestFiles({ workspaceId: ctx.scope.workspaceId, ...input })),
});
