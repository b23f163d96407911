import { withTenant } from "../../platform/database/database.ts";
import type { Diff } from "../repositories/contract.ts";
import { readDiff } from "../repositories/index.ts";
import type { SessionKey } from "./event-log-repo.ts";
import { getSessionRecord } from "./repo.ts";

/** The session's newest diff against its base; null before there is one. NOT_FOUND for a foreign session. */
export async function getSessionDiff(key: SessionKey): Promise<Diff | null> {
  return (await read(key)).stored?.diff ?? null;
}

/** The same as text for `git apply`; null before there is one. NOT_FOUND for a foreign session. */
export async function getSessionPatch(key: SessionKey): Promise<{ patch: string; title: string } | null> {
  const { stored, title } = await read(key);
  return stored ? { patch: stored.patch, title } : null;
}

async function read(key: SessionKey) {
  return withTenant(key.workspaceId, async (tx) => {
    const { title } = await getSessionRecord(tx, key);
    return { title, stored: await readDiff(tx, key) };
  });
}
