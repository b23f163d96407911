import { AppError } from "../../../platform/errors.ts";
import { newId } from "../../../platform/ids.ts";
import { changeSession } from "../change-session.ts";
import { revertRequested } from "../contract.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { lockIdleSession, revertOf, setRevert } from "./revert-state.ts";

/** Takes a revert back: the worker puts the files as they were before it, then the conversation is whole again. CONFLICT when none stands. */
export async function unrevertSession(key: SessionKey): Promise<void> {
  await changeSession(key, async (change) => {
    const standing = revertOf(await lockIdleSession(change.tx, key));
    if (!standing) throw new AppError("CONFLICT", "Nothing is reverted in this session, or a newer prompt has made it final.");
    // Nothing was written: only the notice goes.
    if (standing.beforeTreeId === null) return change.append([await setRevert(change.tx, key, null)]);
    const requestId = newId("request");
    await change.append([await setRevert(change.tx, key, { ...standing, requestId, state: "restoring", error: null })]);
    await change.emit(revertRequested, { ...key, requestId });
  });
}
