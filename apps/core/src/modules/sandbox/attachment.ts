import { withTenant } from "../../platform/database/database.ts";
import { idSchema, type WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { logger } from "../../platform/logger.ts";
import { connectAgent } from "./agent/connect-agent.ts";
import type { AgentConnection } from "./agent/connection.ts";
import { companionsOf, type Hold } from "./companions.ts";
import type { SandboxDriverName } from "./contract.ts";
import type { SandboxPlace } from "./driver.ts";
import type { SandboxRuntime } from "./drivers.ts";
import { openEgress, type SandboxEgress } from "./network/sandbox-egress.ts";
import { type SandboxRow, touchSandbox } from "./repo.ts";
import { recordBlocked } from "./report-repo.ts";
import { readRecord } from "./runtime-record.ts";

/** This process's connection to a running sandbox, shared by everybody in it who has it open. */
export interface Attachment {
  readonly place: SandboxPlace;
  readonly driver: SandboxDriverName;
  readonly connection: AgentConnection;
  /** null: the driver holds each command by itself */
  readonly hold: Hold | null;
  readonly onBusy: (running: boolean, callId: string) => void;
  readonly egress: SandboxEgress;
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
  const egress = await wayOut({ runtime, row, place });
  if (!egress) {
    connection.close();
    return null;
  }
  const attachment = keepAlive({ row, place, connection, egress, companions: companionsOf(runtime.drivers[row.driver], place) });
  attachments.set(place.root, attachment);
  return attachment;
}

/** null: the sandbox ended meanwhile. */
async function wayOut({
  runtime,
  row,
  place,
}: {
  runtime: SandboxRuntime;
  row: SandboxRow;
  place: SandboxPlace;
}): Promise<SandboxEgress | null> {
  const record = await readRecord(place);
  if (!record) return null;
  const { network } = row.handle;
  return openEgress({
    ...{ place, secret: record.secret, connect: runtime.connectOut, listen: runtime.drivers[row.driver].listen },
    workspaceId: idSchema("workspace").parse(row.workspaceId),
    repository: () => network ?? undefined,
  });
}

/** Drops this process's connection, if it has one. */
export function detach(place: SandboxPlace): void {
  attachments.get(place.root)?.connection.close();
}

interface Living {
  readonly row: SandboxRow;
  readonly place: SandboxPlace;
  readonly connection: AgentConnection;
  readonly egress: SandboxEgress;
  readonly companions: ReturnType<typeof companionsOf>;
}

function keepAlive({ row, place, connection, egress, companions }: Living): Attachment {
  let users = 0;
  const running = new Map<string, number>();
  let linger: NodeJS.Timeout | undefined;
  const workspaceId: WorkspaceId = idSchema("workspace").parse(row.workspaceId);
  const touch = () => {
    if (users === 0) return;
    connection.call({ op: "ping" }).catch(() => undefined); // the agent ends itself when nobody speaks to it
    const others = egress.takeOthers(new Set(running.keys()));
    withTenant(workspaceId, async (tx) => {
      await touchSandbox(tx, row, { now: new Date(), busy: running.size > 0 });
      await recordBlocked(tx, row, others, new Date());
    }).catch((error: unknown) => logger.warn({ err: error, sandboxId: row.id }, "heartbeat of a sandbox failed"));
  };
  const heartbeat = setInterval(touch, limits.sandbox.heartbeatMs);
  heartbeat.unref();
  void connection.closed.then(() => {
    clearInterval(heartbeat);
    clearTimeout(linger);
    egress.close();
    companions?.close();
    if (attachments.get(place.root) === attachment) attachments.delete(place.root);
  });
  const attachment: Attachment = {
    place,
    driver: row.driver,
    connection,
    hold: companions?.hold ?? null,
    egress,
    onBusy: (begins, callId) => {
      const count = (running.get(callId) ?? 0) + (begins ? 1 : -1);
      if (count > 0) running.set(callId, count);
      else running.delete(callId); // a call may end on another connection than it began on
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
