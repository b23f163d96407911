import { withTenant } from "../../../platform/database/database.ts";
import { notFound } from "../../../platform/errors.ts";
import type { SessionId } from "../../../platform/ids.ts";
import { archiveSession } from "../archive-session.ts";
import { type GroupKey, getGroup, markChosen } from "./compare-repo.ts";

/**
 * Marks one session of a group as the one to go on with (null takes the mark back) and, when asked to, archives the
 * others: what runs in them is stopped. NOT_FOUND for a foreign group, or a session that is not of it.
 */
export async function chooseSession(
  input: GroupKey & { readonly sessionId: SessionId | null; readonly archiveOthers: boolean; readonly chosenBy: string },
): Promise<void> {
  const { workspaceId, groupId, sessionId, chosenBy } = input;
  const others = await withTenant(workspaceId, async (tx) => {
    const group = await getGroup(tx, { workspaceId, groupId });
    if (sessionId !== null && !group.sessions.some(({ id }) => id === sessionId)) throw notFound("The session");
    await markChosen(tx, { workspaceId, groupId }, sessionId, chosenBy, new Date());
    return group.sessions.filter(({ id, archivedAt }) => id !== sessionId && archivedAt === null);
  });
  if (!input.archiveOthers || sessionId === null) return;
  for (const { id } of others) await archiveSession({ workspaceId, sessionId: id as SessionId });
}
