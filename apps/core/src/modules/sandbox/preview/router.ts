import { z } from "zod";
import { idSchema } from "../../../platform/ids.ts";
import { router, workspaceProcedure } from "../../tenancy/index.ts";
import { createPreviewLink, listSandboxPorts } from "./preview-link.ts";

const sessionInput = z.object({ sessionId: idSchema("session") });

/** What listens in a session's sandbox, and the way to look at it. */
export const previewsRouter = router({
  ports: workspaceProcedure("sandboxes.read")
    .input(sessionInput)
    .query(({ ctx, input }) => listSandboxPorts({ workspaceId: ctx.scope.workspaceId, sessionId: input.sessionId })),
  open: workspaceProcedure("sandboxes.write")
    .input(sessionInput.extend({ port: z.number().int().min(1).max(65_535) }))
    .mutation(({ ctx, input }) => createPreviewLink({ workspaceId: ctx.scope.workspaceId, userId: ctx.user.id, ...input })),
});
