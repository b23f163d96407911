import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";
import { acceptInvite } from "./accept-invite.ts";
import { changeRole } from "./change-role.ts";
import { changeRoleSchema, createApiKeySchema, createInviteSchema, inviteTokenSchema, workspaceNameSchema } from "./contract.ts";
import { createApiKey } from "./create-api-key.ts";
import { createInvite } from "./create-invite.ts";
import { createWorkspace } from "./create-workspace.ts";
import { previewInvite } from "./find-open-invite.ts";
import { getWorkspace } from "./get-workspace.ts";
import { listApiKeys } from "./list-api-keys.ts";
import { listAudit } from "./list-audit.ts";
import { listInvites } from "./list-invites.ts";
import { listMembers } from "./list-members.ts";
import { listWorkspaces } from "./list-workspaces.ts";
import { publicProcedure, router, userProcedure, workspaceProcedure } from "./procedures.ts";
import { removeMember } from "./remove-member.ts";
import { renameWorkspace } from "./rename-workspace.ts";
import { revokeApiKey } from "./revoke-api-key.ts";
import { revokeInvite } from "./revoke-invite.ts";

export const workspacesRouter = router({
  list: userProcedure.query(({ ctx }) => listWorkspaces(ctx.user.id)),
  create: userProcedure
    .input(z.object({ name: workspaceNameSchema }))
    .mutation(({ ctx, input }) => createWorkspace({ userId: ctx.user.id, name: input.name })),
  get: workspaceProcedure("workspace.read").query(({ ctx }) => getWorkspace(ctx.scope)),
  rename: workspaceProcedure("workspace.rename")
    .input(z.object({ name: workspaceNameSchema }))
    .mutation(({ ctx, input }) => renameWorkspace(ctx.scope, ctx.user.id, input.name)),
  leave: workspaceProcedure("workspace.leave").mutation(({ ctx }) =>
    removeMember({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, memberId: null }),
  ),
});

export const membersRouter = router({
  list: workspaceProcedure("members.read").query(({ ctx }) => listMembers(ctx.scope.workspaceId, ctx.user.id)),
  changeRole: workspaceProcedure("members.changeRole")
    .input(changeRoleSchema)
    .mutation(({ ctx, input }) => changeRole({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, ...input })),
  remove: workspaceProcedure("members.remove")
    .input(z.object({ memberId: idSchema("member") }))
    .mutation(({ ctx, input }) => removeMember({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, ...input })),
});

export const invitesRouter = router({
  list: workspaceProcedure("members.invite").query(({ ctx }) => listInvites(ctx.scope.workspaceId)),
  create: workspaceProcedure("members.invite")
    .input(createInviteSchema)
    .mutation(({ ctx, input }) => createInvite({ workspaceId: ctx.scope.workspaceId, actor: ctx.user, ...input })),
  revoke: workspaceProcedure("members.invite")
    .input(z.object({ inviteId: idSchema("invite") }))
    .mutation(({ ctx, input }) => revokeInvite(ctx.scope.workspaceId, ctx.user.id, input.inviteId)),
  preview: publicProcedure.input(z.object({ token: inviteTokenSchema })).query(({ input }) => previewInvite(input.token)),
  accept: userProcedure.input(z.object({ token: inviteTokenSchema })).mutation(({ ctx, input }) => acceptInvite(input.token, ctx.user)),
});

export const apiKeysRouter = router({
  list: workspaceProcedure("apiKeys.read").query(({ ctx }) => listApiKeys(ctx.scope.workspaceId)),
  create: workspaceProcedure("apiKeys.write")
    .input(createApiKeySchema)
    .mutation(({ ctx, input }) => createApiKey({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, ...input })),
  revoke: workspaceProcedure("apiKeys.write")
    .input(z.object({ apiKeyId: idSchema("apiKey") }))
    .mutation(({ ctx, input }) => revokeApiKey(ctx.scope.workspaceId, ctx.user.id, input.apiKeyId)),
});

export const auditRouter = router({
  list: workspaceProcedure("audit.read")
    .input(z.object({ cursor: idSchema("audit").nullish() }).optional())
    .query(({ ctx, input }) => listAudit(ctx.scope.workspaceId, input?.cursor ?? null)),
});
