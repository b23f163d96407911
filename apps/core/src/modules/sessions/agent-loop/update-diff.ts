import { withTenant } from "../../../platform/database/database.ts";
import { type MessageId, newId, type RepositoryId, type SessionId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import type { Diff } from "../../repositories/contract.ts";
import { diffWorkspaceSince, packDiff, saveDiff } from "../../repositories/index.ts";
import { changeSession, type SessionChange } from "../change-session.ts";
import type { Part, SessionEventBody } from "../contract.ts";
import type { SessionKey, WriterKey } from "../event-log-repo.ts";
import { findDiffTree, findNextOrdinal } from "../message-repo.ts";
import { getSessionRecord, updateSession } from "../repo.ts";
import { holdSandbox } from "./held-sandbox.ts";
import { holdTurn, type Lost, lost } from "./hold-turn.ts";

/** The tree of sessions that have changed nothing yet. */
const unchanged = new Map<SessionId, string>();

type PackedDiff = Awaited<ReturnType<typeof packDiff>>;

/**
 * Looks what the session has changed by now; when it is something new, the page gets the diff and the message a `patch`
 * part. What was seen is dropped when `isQuiet` says that somebody may have written meanwhile.
 */
export async function updateDiff(key: WriterKey, messageId: MessageId, isQuiet = () => true): Promise<{ outcome: "done" } | Lost> {
  return holdTurn(key, async (turn) => {
    const change = await findChange(key);
    if (!change || !isQuiet()) return { outcome: "done" as const };
    const { diff } = change;
    const part = await patchPart(key, messageId, diff);
    const isWritten = await turn.writer.write([diffEvent(diff), { type: "part.updated", data: { part } }], (written) =>
      keep(written, key, change.packed, diff),
    );
    return isWritten ? { outcome: "done" as const } : lost;
  });
}

/** The same after a turn that was broken off; `messageId` is the last message of the agent's that it has. */
export async function settleDiff(key: SessionKey, messageId: MessageId | null): Promise<void> {
  const { parentSessionId } = await withTenant(key.workspaceId, (tx) => getSessionRecord(tx, key));
  // Nothing of its own to look at: its parent's sandbox is not woken for it.
  if (parentSessionId !== null) return;
  const change = await findChange(key);
  if (!change) return;
  const part = messageId && (await patchPart(key, messageId, change.diff));
  await changeSession(key, async (written) => {
    await written.append([diffEvent(change.diff), ...(part ? [{ type: "part.updated" as const, data: { part } }] : [])]);
    await keep(written, key, change.packed, change.diff);
  });
}

/** What a step changed, as a part of its message: reverting goes by its tree. */
async function patchPart(key: SessionKey, messageId: MessageId, diff: Diff): Promise<Part> {
  return {
    id: newId("part"),
    messageId,
    ordinal: await withTenant(key.workspaceId, (tx) => findNextOrdinal(tx, key, messageId)),
    type: "patch",
    treeId: diff.treeId,
    files: diff.files.map((file) => file.path),
    additions: diff.additions,
    deletions: diff.deletions,
  };
}

async function findChange(key: SessionKey): Promise<{ diff: Diff; packed: PackedDiff } | null> {
  // First the sandbox: with it the base is made where there is none.
  const { sandbox } = await holdSandbox(key);
  const [session, known] = await withTenant(
    key.workspaceId,
    async (tx) => [await getSessionRecord(tx, key), await findDiffTree(tx, key)] as const,
  );
  // A sub-agent works in its parent's directory: what it changes is shown there.
  if (session.parentSessionId !== null || session.baseCommit === null) return null;
  const { workspaceId, sessionId } = key;
  const work = {
    workspaceId,
    sessionId,
    repositoryId: session.repositoryId as RepositoryId,
    directory: sandbox.hostDirectory,
    baseCommit: session.baseCommit,
  };
  // Most looks find what the last one did: they end before anything is compared.
  const found = await diffWorkspaceSince(work, known ?? unchanged.get(sessionId) ?? null);
  if (found === null) return null;
  if (known !== null || found.diff.files.length > 0) return { diff: found.diff, packed: await packDiff(found) };
  if (unchanged.size >= limits.turn.heldLogs) unchanged.clear();
  unchanged.set(sessionId, found.diff.treeId);
  return null;
}

function diffEvent(diff: Diff): SessionEventBody {
  return { type: "diff.updated", data: { filesChanged: diff.files.length, additions: diff.additions, deletions: diff.deletions } };
}

async function keep({ tx }: SessionChange, key: SessionKey, packed: PackedDiff, diff: Diff): Promise<void> {
  await saveDiff(tx, key, packed);
  await updateSession(tx, key, { filesChanged: diff.files.length, additions: diff.additions, deletions: diff.deletions });
}
