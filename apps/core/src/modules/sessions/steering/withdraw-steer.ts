import { AppError, notFound } from "../../../platform/errors.ts";
import type { SteerId } from "../../../platform/ids.ts";
import { changeSession } from "../change-session.ts";
import type { SteerView } from "../contract.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { getSessionRecord } from "../repo.ts";
import { findSteer, settleSteers } from "./steer-repo.ts";

/** Takes back a message that the running turn has not taken yet. NOT_FOUND for a foreign one, CONFLICT when it was taken. */
export async function withdrawSteer(input: SessionKey & { steerId: SteerId }): Promise<SteerView> {
  const key: SessionKey = { workspaceId: input.workspaceId, sessionId: input.sessionId };
  return changeSession(key, async (change) => {
    await getSessionRecord(change.tx, key);
    const known = await findSteer(change.tx, key, input.steerId);
    if (!known) throw notFound("The message");
    const [steer] = await settleSteers(change.tx, { ...key, turnId: known.turnId }, { state: "withdrawn", id: known.id });
    if (!steer) throw new AppError("CONFLICT", "The agent has taken this message already.");
    await change.append([{ type: "steer.updated", data: { steer } }]);
    return steer;
  });
}
