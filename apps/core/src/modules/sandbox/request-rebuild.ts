import { z } from "zod";
import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import { defineEvent } from "../../platform/events/define-event.ts";
import { kickOutbox, writeEvent } from "../../platform/events/outbox.ts";
import { idSchema, type SessionId, type UserId, type WorkspaceId } from "../../platform/ids.ts";
import { recordAudit } from "../tenancy/index.ts";
import { sandboxOwner } from "./repo.ts";

/** Sent when somebody wants a session's sandbox made anew; the worker that has the machine's directories does it. */
export const sandboxRebuildRequested = defineEvent(
  "sandbox/rebuild.requested",
  z.object({ workspaceId: idSchema("workspace"), sessionId: idSchema("session"), fresh: z.boolean() }),
);

/**
 * Has the session's sandbox made anew: the base commit with the last snapshot, or with `fresh` the base commit alone; its
 * setup runs again, whatever is cached. Throws NOT_FOUND for a session of another workspace.
 */
export async function requestRebuild(input: {
  workspaceId: WorkspaceId;
  actorId: UserId;
  sessionId: SessionId;
  fresh: boolean;
}): Promise<void> {
  const { workspaceId, actorId, sessionId, fresh } = input;
  await withTenant(workspaceId, async (tx) => {
    const owner = await sandboxOwner(tx, { workspaceId, sessionId });
    if (!owner) throw notFound("The session");
    await recordAudit(tx, { workspaceId, actorKind: "user", actorId, action: "sandboxes.rebuild", subjectId: sessionId, data: { fresh } });
    await writeEvent(tx, sandboxRebuildRequested, { workspaceId, sessionId: owner, fresh });
  });
  kickOutbox();
}
