import { z } from "zod";
import { withTenant } from "../../../platform/database/database.ts";
import { idSchema } from "../../../platform/ids.ts";
import { router, workspaceProcedure } from "../../tenancy/index.ts";
import { addSearchKey, removeSearchKey } from "./change-search-keys.ts";
import { addSearchKeySchema, searchKeySchema } from "./contract.ts";
import { findSearchKeys } from "./repo.ts";

/** The workspace's ways to search the web, without their secrets. */
export const searchKeysRouter = router({
  list: workspaceProcedure("searchKeys.read").query(async ({ ctx }) => {
    const keys = await withTenant(ctx.scope.workspaceId, (tx) => findSearchKeys(tx, ctx.scope.workspaceId));
    return keys.map((key) => searchKeySchema.parse(key));
  }),
  add: workspaceProcedure("searchKeys.write")
    .input(addSearchKeySchema)
    .mutation(({ ctx, input }) => addSearchKey({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, input })),
  remove: workspaceProcedure("searchKeys.write")
    .input(z.object({ keyId: idSchema("searchKey") }))
    .mutation(({ ctx, input }) => removeSearchKey({ workspaceId: ctx.scope.workspaceId, actorId: ctx.user.id, keyId: input.keyId })),
});
