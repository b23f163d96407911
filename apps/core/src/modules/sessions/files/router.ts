import { z } from "zod";
import { idSchema } from "../../../platform/ids.ts";
import { router, workspaceProcedure } from "../../tenancy/index.ts";
import { atItsMachine } from "../at-its-machine.ts";

const read = workspaceProcedure("sessions.read");
const at = z.object({ sessionId: idSchema("session"), path: z.string().max(4_096) });

/** The session's files: read only, from the live workspace or the newest snapshot. */
export const sessionFilesRouter = router({
  list: read.input(at).query(({ ctx, input }) => atItsMachine.listFiles({ workspaceId: ctx.scope.workspaceId, ...input })),
  read: read.input(at).query(({ ctx, input }) => atItsMachine.readFile({ workspaceId: ctx.scope.workspaceId, ...input })),
  search: read
    .input(z.object({ sessionId: idSchema("session"), text: z.string().min(2, "Search for at least two characters.").max(200) }))
    .query(({ ctx, input }) => atItsMachine.searchFiles({ workspaceId: ctx.scope.workspaceId, ...input })),
});
