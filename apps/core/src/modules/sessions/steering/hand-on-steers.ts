import { newId } from "../../../platform/ids.ts";
import type { SessionChange } from "../change-session.ts";
import type { SessionEventBody } from "../contract.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { createTurn, getTurnRecord, toTurnView } from "../repo.ts";
import { steerParts } from "./steer-parts.ts";
import { settleSteers } from "./steer-repo.ts";

/**
 * What becomes of messages that a turn has not taken when it ends: of one that failed they are the next turn's prompt, of
 * one that was stopped they are given back to who wrote them, to be sent again or not. Answers the events that say so.
 */
export async function handOnSteers(
  { tx, now }: SessionChange,
  key: TurnKey,
  end: "completed" | "failed" | "aborted",
): Promise<SessionEventBody[]> {
  const messageId = newId("message");
  const taken = await settleSteers(tx, key, end === "aborted" ? { state: "withdrawn" } : { state: "taken", messageId });
  const told = taken.map((steer): SessionEventBody => ({ type: "steer.updated", data: { steer } }));
  if (taken.length === 0 || end === "aborted") return told;
  const { model, agent } = await getTurnRecord(tx, key);
  const turnId = newId("turn");
  const turn = await createTurn(tx, { ...key, turnId }, { model, agent, clientRequestId: null });
  const at = now.toISOString();
  return [
    ...told,
    { type: "turn.updated", data: { turn: toTurnView(turn) } },
    { type: "message.created", data: { message: { id: messageId, turnId, role: "user", createdAt: at } } },
    ...steerParts(taken, messageId, at),
  ];
}
