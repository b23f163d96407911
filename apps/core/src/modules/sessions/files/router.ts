import { z } from "zod";
import { idSchema } from "../../../platform/ids.ts";
import { router, workspaceProcedure } from "../../tenancy/index.ts";
import { listSessionFiles, readSessionFile, searchSessionFiles } from "./session-files.ts";

const read = workspaceProcedure("sessions.read");
const at = z.object({ sessionId: idSchema("session"), path: z.string().max(4_096) });

/** The session's files: read only, from the live workspace or the newest snapshot. */
export const sessionFilesRouter = router({
  list: read
    .input(at)
    .query(({ ctx, input }) => listSessionFiles({ workspaceId: ctx.scope.workspaceId, sessionId: input.sessionId }, input.path)),
  read: read
    .input(at)
    .query(({ ctx, input }) => readSessionFile({ workspaceId: ctx.scope.workspaceId, sessionId: input.sessionId }, input.path)),
  search: read
    .input(z.object({ sessionId: idSchema("session"), text: z.string().min(2, "Search for at least two characters.").max(200) }))
    .query(({ ctx, input }) => searchSessionFiles({ workspaceId: ctx.scope.workspaceId, sessionId: input.sessionId }, input.text)),
});
