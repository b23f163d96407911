import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";
import { router, workspaceProcedure } from "../tenancy/index.ts";
import { atItsMachine } from "./at-its-machine.ts";
import { requestPush } from "./push/request-push.ts";
import { revertSession } from "./revert/revert-session.ts";
import { unrevertSession } from "./revert/unrevert-session.ts";

const write = workspaceProcedure("sessions.write");
const session = z.object({ sessionId: idSchema("session") });
const point = session.extend({ messageId: idSchema("message"), partId: idSchema("part").nullable().default(null) });

/** What becomes of a session's work: back to an earlier state, on in another session, out as a branch. */
export const sessionWorkRouter = router({
  previewRevert: write.input(point).query(({ ctx, input }) => atItsMachine.previewRevert({ workspaceId: ctx.scope.workspaceId, ...input })),
  revert: write.input(point).mutation(async ({ ctx, input: { sessionId, ...at } }) => {
    await revertSession({ workspaceId: ctx.scope.workspaceId, sessionId }, at, ctx.user.name ?? ctx.user.email);
  }),
  unrevert: write.input(session).mutation(({ ctx, input }) => unrevertSession({ workspaceId: ctx.scope.workspaceId, ...input })),
  fork: write.input(session.extend({ messageId: idSchema("message").nullable().default(null) })).mutation(({ ctx, input }) =>
    atItsMachine.fork({
      workspaceId: ctx.scope.workspaceId,
      ...input,
      actor: { kind: "user", id: ctx.user.id },
      origin: "browser",
    }),
  ),
  push: write
    .input(session.extend({ branch: z.string().trim().min(1).max(200).optional(), message: z.string().trim().max(5_000).optional() }))
    .mutation(({ ctx, input: { sessionId, ...given } }) =>
      requestPush({ workspaceId: ctx.scope.workspaceId, sessionId }, { ...given, actor: { kind: "user", id: ctx.user.id } }),
    ),
});
