import type { MessageId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import type { TurnError } from "../contract.ts";
import type { TurnKey } from "../event-log-repo.ts";
import type { Lost } from "./hold-turn.ts";
import { prepareContext } from "./prepare-context.ts";
import { runCalls } from "./run-calls.ts";
import { type ModelStepResult, runModelStep } from "./run-model-step.ts";
import type { Steps } from "./steps.ts";
import { updateDiff } from "./update-diff.ts";

const stepCapError: TurnError = {
  code: "STEP_LIMIT",
  message: `The agent stopped after ${limits.turn.maxSteps} steps, the most that one turn may take. Send "go on" to let it continue.`,
  retryable: false,
  settingsPath: null,
};

export type Ending = { readonly outcome: "ended"; readonly fence: number; readonly error: TurnError | null } | Lost;

/** The turn from its first model call to its last: the loop itself; everything in it is a step that finds its place in the log again. */
export async function runLoop(steps: Steps, key: TurnKey, runId: string, firstFence: number): Promise<Ending> {
  const context = await steps.run("context", () => prepareContext({ ...key, fence: firstFence }));
  if (context.outcome === "lost") return context;
  if (context.outcome === "failed") return { outcome: "ended", fence: firstFence, error: context.error };
  let fence = firstFence;
  for (let step = 1; step <= limits.turn.maxSteps; step++) {
    const model: ModelStepResult = await steps.run(`model-${step}`, () => runModelStep(key, runId, step));
    if (model.outcome === "lost") return model;
    fence = model.fence;
    if (model.outcome === "failed") return { outcome: "ended", fence, error: model.error };
    if (model.outcome === "stopped") return { outcome: "ended", fence, error: null };
    const writer = { ...key, fence };
    if ((await runCalls(steps, writer, model.calls)) === "lost") return { outcome: "lost" };
    if (model.calls.some((call) => !call.readOnly)) {
      const messageId: MessageId = model.messageId;
      const diff = await steps.run(`diff-${step}`, () => updateDiff(writer, messageId));
      if (diff.outcome === "lost") return diff;
    }
  }
  return { outcome: "ended", fence, error: stepCapError };
}
