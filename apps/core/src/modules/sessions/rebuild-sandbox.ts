import { withTenant } from "../../platform/database/database.ts";
import { destroySandbox } from "../sandbox/index.ts";
import { holdSandbox, releaseSandbox } from "./agent-loop/held-sandbox.ts";
import { settleDiff } from "./agent-loop/update-diff.ts";
import { changeSession } from "./change-session.ts";
import type { SessionKey } from "./event-log-repo.ts";
import { getSessionRecord } from "./repo.ts";

/**
 * Makes the session's sandbox anew, setup and all: over the base commit with the last snapshot, or with `fresh` over the base
 * commit alone. What was recorded stays when it fails, and the next use tries again.
 */
export async function rebuildSandbox({ fresh, ...key }: SessionKey & { readonly fresh: boolean }): Promise<void> {
  const session = await withTenant(key.workspaceId, (tx) => getSessionRecord(tx, key));
  if (session.archivedAt !== null) return;
  await releaseSandbox(key);
  await destroySandbox(key);
  try {
    await holdSandbox(key, { fresh, ignoreSetupCache: true });
    if (fresh) await settleDiff(key, null);
    await releaseSandbox(key);
  } catch (error) {
    const message = error instanceof Error ? error.message : "The sandbox could not be made.";
    await changeSession(key, (change) =>
      change.append([{ type: "sandbox.updated", data: { state: "failed", driver: "", error: message } }]),
    );
    throw error;
  }
}
