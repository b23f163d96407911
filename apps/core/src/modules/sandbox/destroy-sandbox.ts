import { setTimeout as sleep } from "node:timers/promises";
import { withTenant } from "../../platform/database/database.ts";
import { AppError } from "../../platform/errors.ts";
import type { SessionId, WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { addressOf } from "../../platform/machines/workers.ts";
import { isProvablyDead } from "../../platform/process-identity.ts";
import { detach } from "./attachment.ts";
import { placeOf, removePlace } from "./directories.ts";
import { type SandboxRuntime, sandboxRuntime } from "./drivers.ts";
import { sandboxIdOf } from "./open-sandbox.ts";
import { planOpening } from "./policy.ts";
import { findSandbox, transition } from "./repo.ts";
import { settleLease } from "./settle-lease.ts";

const [attempts, pauseMs] = [400, 100];

/**
 * Ends the session's sandbox and removes its workspace from this machine. Nothing to destroy is fine. Waits while another
 * worker is creating it; throws UNAVAILABLE when that doesn't end.
 */
export async function destroySandbox(
  { workspaceId, sessionId }: { workspaceId: WorkspaceId; sessionId: SessionId },
  runtime: SandboxRuntime = sandboxRuntime(),
): Promise<void> {
  const key = { id: sandboxIdOf(sessionId), workspaceId };
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const row = await withTenant(workspaceId, (tx) => findSandbox(tx, key));
    if (!row || row.state === "destroyed") return;
    const { machineId } = row;
    if (machineId !== null && machineId !== runtime.machineId() && (await addressOf(machineId)) !== null) {
      throw new AppError("UNAVAILABLE", "This session's sandbox is on another machine, which was not asked. It is tried again.");
    }
    const now = new Date();
    const free = planOpening(row, now, { creatingStaleMs: limits.sandbox.creatingStaleMs, isDead: isProvablyDead }) !== "wait";
    const claimed = free && (await withTenant(workspaceId, (tx) => transition(tx, row, { state: "creating", now })));
    if (claimed) {
      const place = placeOf(runtime.dataDirectory, key.id);
      detach(place);
      await runtime.drivers[claimed.driver].stop(place);
      await removePlace(place);
      const done = { state: "destroyed", filled: false, machineId: runtime.machineId() } as const;
      await settleLease(() => withTenant(workspaceId, (tx) => transition(tx, claimed, { ...done, now: new Date() })));
      return;
    }
    await sleep(pauseMs);
  }
  throw new AppError("UNAVAILABLE", "The sandbox is being created and can't be destroyed yet. Try again in a minute.", {
    retryAfterSeconds: 60,
  });
}
