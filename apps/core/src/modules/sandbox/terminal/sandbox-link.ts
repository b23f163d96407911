import { withTenant } from "../../../platform/database/database.ts";
import { AppError, notFound } from "../../../platform/errors.ts";
import type { SessionId, WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { connectAgent } from "../agent/connect-agent.ts";
import type { AgentConnection } from "../agent/connection.ts";
import type { OpenSandbox } from "../contract.ts";
import { placeOf } from "../directories.ts";
import { type SandboxRuntime, sandboxRuntime } from "../drivers.ts";
import { openSandbox, sandboxIdOf } from "../open-sandbox.ts";
import { isLiving } from "../policy.ts";
import { findSandbox, type SandboxRow, sandboxOwner } from "../repo.ts";

export interface SessionKey {
  readonly workspaceId: WorkspaceId;
  readonly sessionId: SessionId;
}

/** What people do in a sandbox goes over a connection of its own, beside that of the tools; the sandbox stays awake with it. */
export interface SandboxLink {
  readonly connection: AgentConnection;
  /** another connection, for one tunnel; null: nothing answers any more */
  connect(): Promise<AgentConnection | null>;
}

interface Held extends SandboxLink {
  readonly sandbox: OpenSandbox;
  timer: NodeJS.Timeout | undefined;
}

const links = new Map<string, Promise<Held>>();

/**
 * The session's sandbox, as long as somebody uses it. null: it is asleep or was never made, and `wake` is false. With `wake` it
 * is woken; CONFLICT where there is nothing to wake: a person's look at it is not what makes a workspace.
 */
export async function linkSandbox(key: SessionKey, { wake }: { wake: boolean }, runtime = sandboxRuntime()): Promise<SandboxLink | null> {
  const found = await findOwned(key);
  if (!found.row?.handle.filled || found.row.state === "destroyed") {
    if (!wake) return null;
    throw new AppError("CONFLICT", "This session has no sandbox yet. It gets one with its first prompt.");
  }
  const { owner, row } = found;
  const known = await links.get(owner)?.catch(() => null);
  if (known?.connection.open) return used(owner, known);
  if (!wake && !isLiving(row.state)) return null;
  const opening = open({ ...key, sessionId: owner }, runtime);
  links.set(owner, opening);
  opening.catch(() => links.get(owner) === opening && links.delete(owner));
  return used(owner, await opening);
}

/** Gives back every sandbox that people look at from here. */
export async function dropLinks(): Promise<void> {
  const open = [...links.values()];
  links.clear();
  for (const opening of open) await opening.then(close, () => undefined);
}

async function findOwned({ workspaceId, sessionId }: SessionKey): Promise<{ owner: SessionId; row: SandboxRow | null }> {
  return withTenant(workspaceId, async (tx) => {
    const owner = await sandboxOwner(tx, { workspaceId, sessionId });
    if (!owner) throw notFound("The session");
    return { owner, row: await findSandbox(tx, { id: sandboxIdOf(owner), workspaceId }) };
  });
}

async function open(key: SessionKey, runtime: SandboxRuntime): Promise<Held> {
  const sandbox = await openSandbox(
    {
      ...key,
      fill: () => Promise.reject(new AppError("CONFLICT", "The sandbox has gone. The session's next prompt makes it again.")),
    },
    runtime,
  );
  const connect = () => connectAgent(runtime.drivers[sandbox.driver], placeOf(runtime.dataDirectory, sandbox.id));
  const connection = await connect();
  if (!connection) {
    await sandbox.close();
    throw new AppError("UNAVAILABLE", "The sandbox does not answer. Try again in a moment.", { retryAfterSeconds: 1 });
  }
  return { sandbox, connection, connect, timer: undefined };
}

function used(owner: string, held: Held): Held {
  clearTimeout(held.timer);
  held.timer = setTimeout(() => {
    void links.get(owner)?.then((current) => current === held && links.delete(owner));
    void close(held);
  }, limits.terminal.lingerMs);
  held.timer.unref();
  return held;
}

async function close(held: Held): Promise<void> {
  clearTimeout(held.timer);
  held.connection.close();
  await held.sandbox.close();
}
