import { withTenant } from "../../platform/database/database.ts";
import { idSchema, type WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { logger } from "../../platform/logger.ts";
import { AgentConnection } from "./agent/connection.ts";
import type { SandboxDriverName } from "./contract.ts";
import type { SandboxDriver, SandboxPlace } from "./driver.ts";
import type { SandboxRuntime } from "./drivers.ts";
import { type SandboxRow, touchSandbox } from "./repo.ts";
import { readRecord } from "./runtime-record.ts";

/** This process's connection to a running sandbox, shared by everybody in it who has it open. */
export interface Attachment {
  readonly place: SandboxPlace;
  readonly driver: SandboxDriverName;
  readonly connection: AgentConnection;
  readonly onBusy: (running: boolean) => void;
  retain(): void;
  release(): void;
}

const attachments = new Map<string, Attachment>();
/** After the last one has closed, the next tool call usually comes soon. */
const lingerMs = 30_000;

/** Connects to the running agent. null when none answers. */
export async function attach(input: { runtime: SandboxRuntime; row: SandboxRow; place: SandboxPlace }): Promise<Attachment | null> {
  const { runtime, row, place } = input;
  const known = attachments.get(place.root);
  if (known?.connection.open) return known;
  const connection = await connectAgent(runtime.drivers[row.driver], place);
  if (!connection) return null;
  const attachment = keepAlive({ row, place, connection });
  attachments.set(place.root, attachment);
  return attachment;
}

/** A connection that has said hello, or null. */
export async function connectAgent(driver: SandboxDriver, place: SandboxPlace): Promise<AgentConnection | null> {
  const record = await readRecord(place);
  const stream = record && (await driver.connect(place));
  if (!stream) return null;
  const connection = new AgentConnection(stream);
  try {
    await connection.hello(record.secret);
    return connection;
  } catch {
    connection.close();
    return null;
  }
}

/** Drops this process's connection, if it has one. */
export function detach(place: SandboxPlace): void {
  attachments.get(place.root)?.connection.close();
}

function keepAlive({ row, place, connection }: { row: SandboxRow; place: SandboxPlace; connection: AgentConnection }): Attachment {
  let users = 0;
  let running = 0;
  let linger: NodeJS.Timeout | undefined;
  const workspaceId: WorkspaceId = idSchema("workspace").parse(row.workspaceId);
  const touch = () => {
    if (users === 0) return;
    connection.call({ op: "ping" }).catch(() => undefined); // the agent ends itself when nobody speaks to it
    withTenant(workspaceId, (tx) => touchSandbox(tx, row, { now: new Date(), busy: running > 0 })).catch((error: unknown) =>
      logger.warn({ err: error, sandboxId: row.id }, "heartbeat of a sandbox failed"),
    );
  };
  const heartbeat = setInterval(touch, limits.sandbox.heartbeatMs);
  heartbeat.unref();
  void connection.closed.then(() => {
    clearInterval(heartbeat);
    clearTimeout(linger);
    if (attachments.get(place.root) === attachment) attachments.delete(place.root);
  });
  const attachment: Attachment = {
    place,
    driver: row.driver,
    connection,
    onBusy: (begins) => {
      running = Math.max(0, running + (begins ? 1 : -1)); // a call may end on another connection than it began on
    },
    retain: () => {
      users += 1;
      clearTimeout(linger);
    },
    release: () => {
      users -= 1;
      if (users > 0) return;
      linger = setTimeout(() => connection.close(), lingerMs);
      linger.unref();
    },
  };
  return attachment;
}
