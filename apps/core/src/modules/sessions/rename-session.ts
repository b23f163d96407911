import { changeSession } from "./change-session.ts";
import type { SessionKey } from "./event-log-repo.ts";
import { updateSession } from "./repo.ts";

/** Gives a session another title. NOT_FOUND for a foreign one. */
export async function renameSession(key: SessionKey, title: string): Promise<void> {
  await changeSession(key, async (change) => {
    await updateSession(change.tx, key, { title });
    await change.append([{ type: "session.updated", data: { title } }]);
  });
}
