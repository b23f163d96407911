import { idSchema, type MessageId, newId } from "../../../platform/ids.ts";
import { LoopRun } from "../agent-loop/loop-run.ts";
import { runLoop } from "../agent-loop/run-loop.ts";
import type { Steps } from "../agent-loop/steps.ts";
import { changeSession } from "../change-session.ts";
import type { LoggedEvent, Part, SessionEventBody } from "../contract.ts";
import type { SessionKey, TurnKey } from "../event-log-repo.ts";
import { foldSession } from "../fold-session.ts";
import { getSession } from "../get-session.ts";
import { SessionLog } from "../history/session-log.ts";
import type { StoredMessage } from "../message-repo.ts";
import { toTurnView } from "../repo.ts";
import { createSteer, type SteerPictures } from "../steering/steer-repo.ts";
import { describeDifferences } from "./describe-differences.ts";
import { recordedSources } from "./recorded-sources.ts";
import type { Recording } from "./recording.ts";
import { createReplayTurn } from "./replay-repo.ts";

export interface ReplayResult {
  readonly turns: number;
  readonly steps: number;
  /** what is not as it was recorded, by message and part; empty when the session went the same way */
  readonly differences: readonly string[];
}

/**
 * Plays a recorded session through the loop, in a session made for it in a database of its own: the same code, with what
 * models and tools answered taken from the recording. Turns that did not end by themselves are left out.
 */
export async function playRecording(recording: Recording, key: SessionKey): Promise<ReplayResult> {
  const log = new SessionLog();
  log.apply(recording.events);
  const all = log.messagesUpTo(Number.MAX_SAFE_INTEGER);
  const played = recording.turns.filter(({ state, context }) => (state === "completed" || state === "failed") && context !== null);
  for (const turn of played) {
    const messages = all.filter(({ turnId }) => turnId === turn.id);
    const turnKey = { ...key, turnId: idSchema("turn").parse(turn.id) };
    await openTurn(recording, turn, turnKey, messages);
    const run = new LoopRun(turnKey, "replay", null);
    await runLoop(directSteps(turnKey, messages), run, recordedSources(turn, messages), 1);
  }
  const turnIds = new Set<string>(played.map(({ id }) => id));
  const { view } = await getSession(key);
  const recorded = foldSession(recording.events);
  const steps = view.parts.filter(({ type }) => type === "step-finish").length;
  return { turns: played.length, steps, differences: describeDifferences(recorded, view, turnIds) };
}

/** The turn as it was given: its row, and the prompt that began it. */
async function openTurn(
  recording: Recording,
  turn: Recording["turns"][number],
  key: TurnKey,
  messages: readonly StoredMessage[],
): Promise<void> {
  const [first] = messages;
  const prompt = first?.role === "user" ? recording.events.filter((event) => isOfMessage(event, first.id)) : [];
  await changeSession(key, async (change) => {
    const row = await createReplayTurn(change.tx, key, { ...turn, runId: "replay", now: change.now });
    await change.append([{ type: "turn.updated", data: { turn: toTurnView(row) } }, ...prompt.map(bodyOf)]);
  });
}

function isOfMessage(event: LoggedEvent, messageId: MessageId): boolean {
  if (event.type === "message.created") return event.data.message.id === messageId;
  return event.type === "part.updated" && event.data.part.messageId === messageId;
}

function bodyOf({ seq: _seq, at: _at, ...body }: LoggedEvent): SessionEventBody {
  return body;
}

/** Steps that are simply done, one after the other; a message to the running turn waits for the step that took it. */
function directSteps(key: TurnKey, messages: readonly StoredMessage[]): Steps {
  const steered = messages.slice(1).flatMap((message, index) => {
    if (message.role !== "user") return [];
    const before = messages
      .slice(0, index + 1)
      .filter(({ role, parts }) => role === "assistant" && parts.some(({ type }) => type === "step-finish"));
    return [{ before: before.length + 1, message }];
  });
  return {
    run: async (id, work) => {
      for (const { before, message } of steered) if (before === 1 && id === "model-1") await steer(key, message);
      const result = await work();
      // Right behind the step before: a turn that was about to end went on because of it.
      for (const { before, message } of steered) if (id === `model-${before - 1}`) await steer(key, message);
      return result;
    },
    waitForAnswer: async () => undefined,
    waitForChild: async () => undefined,
  };
}

/** What was told: each text, with the pictures that stand behind it. */
function steersOf(parts: readonly Part[]): { text: string; pictures?: SteerPictures }[] {
  const told: { text: string; pictures?: SteerPictures }[] = [];
  for (const part of parts) {
    const last = told.at(-1);
    if (part.type === "text") told.push({ text: part.text });
    else if (part.type === "image" && last) {
      const { id, name, mime, sizeBytes, width, height } = part;
      last.pictures = [...(last.pictures ?? []), { partId: id, name, mime, sizeBytes, width, height }];
    }
  }
  return told;
}

async function steer(key: TurnKey, { parts }: StoredMessage): Promise<void> {
  await changeSession(key, async (change) => {
    for (const given of steersOf(parts)) {
      const made = await createSteer(change.tx, key, { id: newId("steer"), ...given, clientRequestId: null, createdAt: change.now });
      await change.append([{ type: "steer.updated", data: { steer: made } }]);
    }
  });
}
