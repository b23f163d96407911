import { withTenant } from "../../../platform/database/database.ts";
import { AppError } from "../../../platform/errors.ts";
import type { RepositoryId, SessionId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { checkout, restoreSnapshot } from "../../repositories/index.ts";
import type { OpenSandbox } from "../../sandbox/contract.ts";
import { openSandbox } from "../../sandbox/index.ts";
import { fileVersionsOf } from "../../tools/index.ts";
import { changeSession } from "../change-session.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { findToolMetadata } from "../message-repo.ts";
import { getSessionRecord, updateSession } from "../repo.ts";
import { sandboxEnvironment } from "./sandbox-environment.ts";

export interface HeldSandbox {
  readonly sandbox: OpenSandbox;
  /** which state of each file the session has seen; lives as long as the connection */
  readonly fileVersions: Map<string, number>;
}

/** How a sandbox is made when there is none. */
interface Making {
  /** from the base commit alone, without what the session has done */
  readonly fresh?: boolean;
  readonly ignoreSetupCache?: boolean;
}

const connections = new Map<string, Promise<HeldSandbox>>();
const resting = new Map<string, NodeJS.Timeout>();

/** The session's sandbox, opened once a process and kept; made and filled with the repository when there is none. */
export function holdSandbox(key: SessionKey, making: Making = {}): Promise<HeldSandbox> {
  wake(key);
  const known = connections.get(key.sessionId);
  if (known) return known;
  const opening = open(key, making);
  connections.set(key.sessionId, opening);
  opening.catch(() => connections.delete(key.sessionId));
  return opening;
}

/** Keeps the connection for a while after a turn: the next prompt of a conversation comes soon, and finds it open. */
export function restSandbox(key: SessionKey): void {
  wake(key);
  resting.set(key.sessionId, setTimeout(() => void releaseSandbox(key), limits.turn.sandboxRestMs).unref());
}

function wake({ sessionId }: SessionKey): void {
  clearTimeout(resting.get(sessionId));
  resting.delete(sessionId);
}

/** Lets go of the connection; the sandbox stays. */
export async function releaseSandbox(key: SessionKey): Promise<void> {
  wake(key);
  const known = connections.get(key.sessionId);
  connections.delete(key.sessionId);
  const held = await known?.catch(() => null);
  await held?.sandbox.close().catch(() => undefined);
}

async function open(key: SessionKey, { fresh = false, ignoreSetupCache = false }: Making): Promise<HeldSandbox> {
  const [session, metadata] = await withTenant(
    key.workspaceId,
    async (tx) => [await getSessionRecord(tx, key), await findToolMetadata(tx, key)] as const,
  );
  refuseArchived(session.archivedAt);
  // A sub-agent works in the sandbox of the session at the top: it sees what that has changed.
  const owner: SessionKey = { workspaceId: key.workspaceId, sessionId: (session.rootSessionId ?? key.sessionId) as SessionId };
  const repositoryId = session.repositoryId as RepositoryId;
  const fill = async (directory: string) => {
    const known = await withTenant(key.workspaceId, (tx) => getSessionRecord(tx, owner));
    refuseArchived(known.archivedAt);
    await say(owner, { state: "setup" });
    const recorded = known.baseCommit !== null && known.branch !== null ? { baseCommit: known.baseCommit, branch: known.branch } : null;
    const { baseCommit, branch } = await (fresh ? checkout : restoreSnapshot)({ ...owner, repositoryId, directory, recorded });
    const base = { baseCommit, branch };
    // Before the workspace counts as filled: what the session's diff is taken against is never unknown.
    await changeSession(owner, async (change) => {
      await updateSession(change.tx, owner, base);
      await change.append([{ type: "session.updated", data: base }]);
    });
  };
  let setupError: string | null = null;
  const sandbox = await openSandbox({
    ...owner,
    ignoreSetupCache,
    fill,
    refill: async (directory) => {
      await say(owner, {
        state: "failed",
        error: "Its files are gone from this machine. They are made again from the session's last snapshot.",
      });
      await fill(directory);
    },
    environment: async () => {
      const { baseCommit } = await withTenant(key.workspaceId, (tx) => getSessionRecord(tx, owner));
      if (baseCommit === null) throw new Error("a workspace was filled from no commit");
      return sandboxEnvironment({ workspaceId: key.workspaceId, repositoryId, commit: baseCommit });
    },
    onSetup: async ({ error }) => {
      setupError = error && `Setup: ${error}`;
    },
    onBlocked: (callId, blocked) =>
      changeSession(key, (change) =>
        change.append(blocked.map((host) => ({ type: "network.blocked" as const, data: { callId, ...host } }))),
      ),
  });
  await say(key, { state: "ready", driver: sandbox.driver, error: setupError });
  return { sandbox, fileVersions: fileVersionsOf(metadata) };
}

/** What was removed with the archived session is not made again for a step that comes late. */
function refuseArchived(archivedAt: Date | null): void {
  if (archivedAt) throw new AppError("CONFLICT", "This session is archived: its sandbox is gone.");
}

async function say(key: SessionKey, what: { state: string; driver?: string; error?: string | null }): Promise<void> {
  const data = { driver: "", error: null, ...what };
  await changeSession(key, (change) => change.append([{ type: "sandbox.updated", data }]));
}
