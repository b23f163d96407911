import { AppError } from "../../../platform/errors.ts";
import { newId } from "../../../platform/ids.ts";
import { branchOf, refOf } from "../../repositories/index.ts";
import { recordAudit } from "../../tenancy/index.ts";
import { changeSession } from "../change-session.ts";
import { type Actor, type PushView, pushRequested } from "../contract.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { activeStates, countTurns, lockSession } from "../repo.ts";
import { revertOf } from "../revert/revert-state.ts";
import { findPush, startPush, toPushView } from "./push-repo.ts";

/**
 * Has the worker push the session's work as a branch to the repository's origin; how it went comes as an event. CONFLICT
 * while the agent works or there is nothing to push, BAD_REQUEST for a bad name, NOT_FOUND for a foreign session.
 */
export async function requestPush(
  key: SessionKey,
  input: { branch?: string | undefined; message?: string | undefined; actor: Actor },
): Promise<PushView> {
  return changeSession(key, async (change) => {
    const { tx } = change;
    const session = await lockSession(tx, key);
    const branch = input.branch ?? session.branch ?? branchOf(key.sessionId);
    refOf(branch);
    if (session.archivedAt) throw new AppError("CONFLICT", "This session is archived: its files are gone. Download the patch instead.");
    if (session.baseCommit === null) throw new AppError("CONFLICT", "The agent has changed nothing yet.");
    if ((await countTurns(tx, key, [...activeStates, "queued"])) > 0)
      throw new AppError("CONFLICT", "The agent is still at work. Push when it has finished, or stop it first.");
    const revert = revertOf(session)?.state;
    if (revert === "applying" || revert === "restoring")
      throw new AppError("CONFLICT", "The files are being put back right now. Push in a moment.");
    const before = await findPush(tx, key);
    if (before?.state === "pushing" && Date.now() - before.updatedAt.getTime() < stuckAfterMs)
      throw new AppError("CONFLICT", "A push of this session is under way.");
    const requestId = newId("request");
    const message = input.message?.trim() || session.title || "Work of an OpenCode session";
    const row = await startPush(tx, key, { requestId, branch, message, actorKind: input.actor.kind, actorId: input.actor.id });
    await recordAudit(tx, {
      workspaceId: key.workspaceId,
      actorKind: input.actor.kind,
      actorId: input.actor.id,
      action: "sessions.push",
      subjectId: key.sessionId,
      data: { branch },
    });
    const push = toPushView(row);
    await change.append([{ type: "session.updated", data: { push } }]);
    await change.emit(pushRequested, { ...key, requestId });
    return push;
  });
}

const stuckAfterMs = 15 * 60_000;
