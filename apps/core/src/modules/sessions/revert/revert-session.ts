import { newId } from "../../../platform/ids.ts";
import { changeSession } from "../change-session.ts";
import { type RevertView, revertRequested } from "../contract.ts";
import type { SessionKey } from "../event-log-repo.ts";
import type { RevertPoint } from "./plan-revert.ts";
import { lockIdleSession, requirePlan, revertOf, setRevert } from "./revert-state.ts";

/**
 * Goes back to before a message or part: the conversation from there on is hidden at once, the worker puts the files back.
 * It can be taken back until the next prompt. CONFLICT while a turn runs or the files are being written already.
 */
export async function revertSession(key: SessionKey, point: RevertPoint, by: string): Promise<RevertView> {
  return changeSession(key, async (change) => {
    const session = await lockIdleSession(change.tx, key);
    await requirePlan(change.tx, key, point);
    const standing = revertOf(session);
    const revert: RevertView = {
      requestId: newId("request"),
      ...point,
      state: "applying",
      files: standing?.files ?? [],
      beforeTreeId: standing?.beforeTreeId ?? null,
      error: null,
      by,
      at: change.now.toISOString(),
    };
    await change.append([await setRevert(change.tx, key, revert)]);
    await change.emit(revertRequested, { ...key, requestId: revert.requestId });
    return revert;
  });
}
