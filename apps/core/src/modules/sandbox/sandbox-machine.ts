import type { Tx } from "../../platform/database/database.ts";
import { withTenant } from "../../platform/database/database.ts";
import { env } from "../../platform/env.ts";
import type { SessionId, WorkspaceId } from "../../platform/ids.ts";
import { defaultLimits } from "./drivers.ts";
import { sandboxIdOf } from "./open-sandbox.ts";
import { findOrRequestSandbox, findSandbox, sandboxOwner } from "./repo.ts";

interface SessionKey {
  readonly workspaceId: WorkspaceId;
  readonly sessionId: SessionId;
}

/**
 * The machine that holds the session's sandbox, and with it all of its files that lie beside the database (snapshots, the
 * session's git directory). null: none yet, an unknown session, or an installation of one machine.
 */
export async function findSandboxMachine(key: SessionKey): Promise<string | null> {
  if (env().SINGLE_MACHINE) return null;
  return withTenant(key.workspaceId, async (tx) => {
    const owner = await sandboxOwner(tx, key);
    return owner && ((await findSandbox(tx, { id: sandboxIdOf(owner), workspaceId: key.workspaceId }))?.machineId ?? null);
  });
}

/** Has the sandbox that a new session will need made on the machine of another session's, where its files lie already. */
export async function reserveSandbox(tx: Tx, key: SessionKey, like: SessionKey): Promise<void> {
  if (env().SINGLE_MACHINE) return;
  const source = await findSandbox(tx, { id: sandboxIdOf(like.sessionId), workspaceId: like.workspaceId });
  if (!source?.machineId) return;
  const { memoryBytes, processes } = defaultLimits;
  const { driver, machineId } = source;
  await findOrRequestSandbox(tx, { ...key, id: sandboxIdOf(key.sessionId), driver, machineId, limits: { memoryBytes, processes } });
}
