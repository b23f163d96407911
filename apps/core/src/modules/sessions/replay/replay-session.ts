import { dangerouslyAcrossTenants, withTenant } from "../../../platform/database/database.ts";
import { notFound } from "../../../platform/errors.ts";
import { newId } from "../../../platform/ids.ts";
import { createSessionRecord } from "../repo.ts";
import { compareRows } from "./compare-rows.ts";
import { playRecording, type ReplayResult } from "./play-recording.ts";
import { type Recording, recordSession } from "./recording.ts";
import { createReplayWorkspace, findSessionKey, removeReplayWorkspace } from "./replay-repo.ts";

const reason = "a replay plays in a workspace of its own, which is removed afterwards";

/** Plays a session of any workspace again, from its log, and compares; also the log with the rows beside it. For operators and tests. NOT_FOUND for an unknown id. */
export async function replaySession(sessionId: string): Promise<ReplayResult> {
  const key = await findSessionKey(sessionId);
  if (!key) throw notFound("The session");
  const recording = await recordSession(key);
  const changed = await compareRows(recording, key);
  const result = await replayRecording(recording);
  return { ...result, differences: [...changed, ...result.differences] };
}

/** The same for a recording that was kept. */
export async function replayRecording(recording: Recording): Promise<ReplayResult> {
  const [workspaceId, repositoryId, sessionId] = [newId("workspace"), newId("repository"), newId("session")];
  await dangerouslyAcrossTenants(reason, (tx) => createReplayWorkspace(tx, { workspaceId, repositoryId }));
  const key = { workspaceId, sessionId };
  const { model, agent } = recording;
  const actor = { kind: "system", id: "replay" } as const;
  try {
    await withTenant(workspaceId, (tx) =>
      createSessionRecord(tx, key, {
        repositoryId,
        title: "Replay",
        origin: "cli",
        actor,
        agent,
        model,
        clientRequestId: null,
        compareGroupId: null,
      }),
    );
    return await playRecording(recording, key);
  } finally {
    await dangerouslyAcrossTenants(reason, (tx) => removeReplayWorkspace(tx, workspaceId));
  }
}
