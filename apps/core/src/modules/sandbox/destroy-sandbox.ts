import { withTenant } from "../../platform/database/database.ts";
import type { SessionId, WorkspaceId } from "../../platform/ids.ts";
import { detach } from "./attachment.ts";
import { placeOf, removePlace } from "./directories.ts";
import { type SandboxRuntime, sandboxRuntime } from "./drivers.ts";
import { sandboxIdOf } from "./open-sandbox.ts";
import { findSandbox, transition } from "./repo.ts";

const attempts = 20;

/** Ends the session's sandbox and removes its workspace from this machine. Nothing to destroy is fine. */
export async function destroySandbox(
  { workspaceId, sessionId }: { workspaceId: WorkspaceId; sessionId: SessionId },
  runtime: SandboxRuntime = sandboxRuntime(),
): Promise<void> {
  const key = { id: sandboxIdOf(sessionId), workspaceId };
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const destroyed = await withTenant(workspaceId, async (tx) => {
      const row = await findSandbox(tx, key);
      if (!row || row.state === "destroyed") return row ?? "nothing";
      return transition(tx, row, { state: "destroyed", now: new Date(), filled: false });
    });
    if (destroyed === "nothing") return;
    if (!destroyed) continue; // somebody changed it between our look and our change
    const place = placeOf(runtime.dataDirectory, key.id);
    detach(place);
    await runtime.drivers[destroyed.driver].stop(place);
    await removePlace(place);
    return;
  }
}
