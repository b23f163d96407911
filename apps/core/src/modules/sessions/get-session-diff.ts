import { gunzipSync } from "node:zlib";
import { withTenant } from "../../platform/database/database.ts";
import type { Diff } from "../repositories/contract.ts";
import { findSessionDiff } from "./diff-repo.ts";
import type { SessionKey } from "./event-log-repo.ts";
import { getSessionRecord } from "./repo.ts";

/** The session's newest diff against its base; null before there is one. NOT_FOUND for a foreign session. */
export async function getSessionDiff(key: SessionKey): Promise<Diff | null> {
  const stored = await withTenant(key.workspaceId, async (tx) => {
    await getSessionRecord(tx, key);
    return findSessionDiff(tx, key);
  });
  return stored?.diff ?? null;
}

/** The same as text for `git apply`; null before there is one. NOT_FOUND for a foreign session. */
export async function getSessionPatch(key: SessionKey): Promise<{ patch: string; title: string } | null> {
  const [session, stored] = await withTenant(
    key.workspaceId,
    async (tx) => [await getSessionRecord(tx, key), await findSessionDiff(tx, key)] as const,
  );
  return stored ? { patch: gunzipSync(stored.patch).toString("utf8"), title: session.title } : null;
}
