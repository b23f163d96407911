import { newId } from "../../../platform/ids.ts";
import type { HeldTurn } from "../agent-loop/hold-turn.ts";
import type { SessionChange } from "../change-session.ts";
import type { SessionEventBody, SteerView } from "../contract.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { lockTurn } from "../repo.ts";
import { steerParts } from "./steer-parts.ts";
import { settleSteers } from "./steer-repo.ts";

/** Puts what was sent to the running turn into its log, as one message of the user's; false when the fence is lost. */
export function takeSteers({ key, writer }: HeldTurn): Promise<boolean> {
  return writer.write([], null, async (change) => {
    if ((await lockTurn(change.tx, key)).fence !== key.fence) return null;
    const messageId = newId("message");
    const taken = await settleSteers(change.tx, key, { state: "taken", messageId });
    // They were withdrawn in between.
    return taken.length === 0 ? [] : asMessage(change, key, messageId, taken);
  });
}

function asMessage({ now }: SessionChange, key: TurnKey, messageId: ReturnType<typeof newId<"message">>, taken: readonly SteerView[]) {
  const at = now.toISOString();
  return [
    ...taken.map((steer): SessionEventBody => ({ type: "steer.updated", data: { steer } })),
    { type: "message.created", data: { message: { id: messageId, turnId: key.turnId, role: "user", createdAt: at } } } as const,
    ...steerParts(taken, messageId, at),
  ];
}
