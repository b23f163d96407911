import type { Decision } from "../../tools/index.ts";
import { changeSession } from "../change-session.ts";
import type { SessionEventBody, ToolPart } from "../contract.ts";
import type { SessionKey, TurnKey } from "../event-log-repo.ts";
import { answerRequest, createRequest, toRequestView } from "../message-repo.ts";
import { toTurnView, updateSession, updateTurnFenced } from "../repo.ts";
import type { HeldTurn } from "./hold-turn.ts";

/** Puts a question before the people of the workspace and lets the turn wait; answers its id, null when the fence is lost. */
export async function askPermission(turn: HeldTurn, part: ToolPart, decision: Decision): Promise<string | null> {
  const { key } = turn;
  return changeSession(key, async (change) => {
    const waiting = await updateTurnFenced(change.tx, key, { state: "waiting", heartbeatAt: change.now });
    if (!waiting) return null;
    const { permission, target, alwaysRule } = decision;
    const request = await createRequest(change.tx, key, { callId: part.callId, permission, target, alwaysRule });
    await updateSession(change.tx, key, { state: "waiting" });
    await change.append([
      { type: "part.updated", data: { part: { ...part, state: "waiting" } } },
      { type: "permission.updated", data: { request: toRequestView(request) } },
      { type: "turn.updated", data: { turn: toTurnView(waiting) } },
      { type: "session.updated", data: { state: "waiting" } },
    ]);
    return request.id;
  });
}

/** The turn works again after an answer; false when the fence is lost. */
export function resumeTurn(turn: HeldTurn): Promise<boolean> {
  return changeState(turn, "running");
}

/** The turn waits for a question that was asked before; false when the fence is lost. */
export function waitOn(turn: HeldTurn): Promise<boolean> {
  return changeState(turn, "waiting");
}

/** The turn waits for a sub-agent, which is at work: nobody has to do anything. False when the fence is lost. */
export function waitOnChild(turn: HeldTurn): Promise<boolean> {
  return changeState(turn, "waiting", "running");
}

function changeState({ key }: HeldTurn, state: "running" | "waiting", shown = state): Promise<boolean> {
  return changeSession(key, async (change) => {
    const turn = await updateTurnFenced(change.tx, key, { state, heartbeatAt: change.now });
    if (!turn) return false;
    await updateSession(change.tx, key, { state: shown });
    await change.append([
      { type: "turn.updated", data: { turn: toTurnView(turn) } },
      { type: "session.updated", data: { state: shown } },
    ]);
    return true;
  });
}

/** Nobody answered in time: the question is closed, so that the call can be refused. An answer that came first stays. */
export async function expireRequest(key: TurnKey, requestId: string): Promise<void> {
  const session: SessionKey = { workspaceId: key.workspaceId, sessionId: key.sessionId };
  await changeSession(session, async (change) => {
    const request = await answerRequest(change.tx, session, { requestId, reply: "expired", by: null, now: change.now });
    const events: SessionEventBody[] = request ? [{ type: "permission.updated", data: { request } }] : [];
    await change.append(events);
  });
}
