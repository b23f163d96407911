import { AppError } from "../../../platform/errors.ts";
import type { SessionChange } from "../change-session.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { planRevert } from "./plan-revert.ts";
import { readConversation, revertOf, type SessionRecord, setRevert } from "./revert-state.ts";

/**
 * Makes a revert that stands final, because a new prompt goes on from there: what it hid is never sent to a model again.
 * CONFLICT while the files are being written. The caller has locked the session.
 */
export async function settleRevert(change: SessionChange, key: SessionKey, session: SessionRecord): Promise<void> {
  const revert = revertOf(session);
  if (!revert) return;
  if (revert.state === "applying" || revert.state === "restoring")
    throw new AppError("CONFLICT", "The files are being put back right now. Send the prompt again in a moment.");
  const plan = revert.state === "applied" ? planRevert(await readConversation(change.tx, key), revert) : null;
  await change.append([
    ...(plan ? [{ type: "conversation.cut" as const, data: { messageIds: [...plan.messageIds], partIds: [...plan.partIds] } }] : []),
    await setRevert(change.tx, key, null),
  ]);
}
