import type { MessageId } from "../../../platform/ids.ts";
import { compactConversation } from "../compaction/compact-conversation.ts";
import type { TurnError } from "../contract.ts";
import { findOutput, type OutputCheck } from "../structured-output/find-output.ts";
import type { StepAsk } from "./begin-model-step.ts";
import { finishTurn } from "./finish-turn.ts";
import { restSandbox } from "./held-sandbox.ts";
import { letGoOfTurn } from "./hold-turn.ts";
import type { LoopRun } from "./loop-run.ts";
import { type ModelStepResult, runModelStep } from "./run-model-step.ts";
import { outputAsk, stepLimitAsk } from "./step-asks.ts";
import type { StepSources } from "./step-sources.ts";
import type { Steps } from "./steps.ts";

const maxRepairs = 2;
const stillFull: TurnError = {
  code: "CONTEXT_FULL",
  message:
    "The conversation does not fit into the model's context, even shortened. Take a model with a larger one, or start a new session.",
  retryable: true,
  settingsPath: null,
};

type Ending = "completed" | "failed" | "lost";

/** Where the loop stands; everything in it follows from what the steps answered, so that it can be played again. */
interface Progress {
  step: number;
  ask: StepAsk;
  repairs: number;
  /** the last message whose calls may have changed files */
  changed: MessageId | null;
  /** how often its end was tried: a message that came in the last moment lets it go on */
  ends: number;
}

/** The turn from its first model call to its end: the loop itself; everything in it is a step that finds its place in the log again. */
export async function runLoop(steps: Steps, run: LoopRun, sources: StepSources, firstFence: number): Promise<Ending> {
  const { key } = run;
  const context = await steps.run("context", () => sources.prepare(run, { ...key, fence: firstFence }, sources));
  if (context.outcome === "lost") return "lost";
  const start = { changed: null, ends: 0 };
  if (context.outcome === "failed") return finished(await finish(steps, run, sources, start, { fence: firstFence, error: context.error }));
  if (context.isCompaction) {
    const compacted = await steps.run("compact", () => compactConversation(run, sources, { reason: "manual", step: 1 }));
    if (compacted.outcome === "lost") return "lost";
    const error = compacted.outcome === "failed" ? compacted.error : null;
    return finished(await finish(steps, run, sources, start, { fence: compacted.fence, error }));
  }
  const at: Progress = { step: 1, ask: null, repairs: 0, changed: null, ends: 0 };
  for (; ; at.step++) {
    if (at.step > context.maxSteps) at.ask = stepLimitAsk(context.maxSteps);
    const model = await modelStep(steps, run, sources, at);
    if (model.outcome === "lost") return forget(run, sources);
    if (model.outcome === "failed" || model.outcome === "full") {
      const error = model.outcome === "full" ? stillFull : model.error;
      return finished(await finish(steps, run, sources, at, { fence: model.fence, error }));
    }
    if (model.outcome === "calls") {
      const isLost = await makeCalls(steps, run, sources, at, model);
      if (isLost) return forget(run, sources);
    }
    const output = context.hasOutputSchema ? await steps.run(`output-${at.step}`, () => findOutput(run)) : null;
    const goesOn = continues(at, model, output);
    if (goesOn) continue;
    const ending = await finish(steps, run, sources, at, { fence: model.fence, error: output?.error ?? null, output: output?.value });
    if (ending !== "steered") return ending;
    // Somebody has sent a message in the last moment: it is answered in this turn.
    Object.assign(at, { ask: null, repairs: 0 });
  }
}

/** Only a turn that would be completed can be held back by a message. */
const finished = (ending: Ending | "steered"): Ending => (ending === "steered" ? "failed" : ending);

/** Whether the model has more to do; sets what it is asked for in the next step. */
function continues(at: Progress, model: ModelStepResult, output: OutputCheck | null): boolean {
  const wasLast = at.ask?.code === "step_limit";
  at.ask = null;
  if (output?.isGiven || wasLast) return false;
  if (model.outcome === "calls") return true;
  if (!output || at.repairs >= maxRepairs) return false;
  at.repairs += 1;
  at.ask = outputAsk(output.problem);
  return true;
}

/** One model step; when the context is full it is shortened, and the step is taken then: once. */
async function modelStep(steps: Steps, run: LoopRun, sources: StepSources, { step, ask }: Progress): Promise<ModelStepResult> {
  const first = await steps.run(`model-${step}`, () => runModelStep(run, sources, { step, ask, shortened: 0 }));
  if (first.outcome !== "full") return first;
  const { reason } = first;
  const compacted = await steps.run(`compact-${step}`, () => compactConversation(run, sources, { reason, step }));
  if (compacted.outcome !== "done") return compacted;
  return steps.run(`model-${step}-shortened`, () => runModelStep(run, sources, { step, ask, shortened: 1 }));
}

async function makeCalls(
  steps: Steps,
  run: LoopRun,
  sources: StepSources,
  at: Progress,
  { fence, messageId, calls }: Extract<ModelStepResult, { outcome: "calls" }>,
): Promise<boolean> {
  const writer = { ...run.key, fence };
  const mayWrite = calls.some((call) => !call.readOnly);
  if (mayWrite) {
    at.changed = messageId;
    sources.changes.begin(writer, messageId);
  }
  if ((await sources.calls(steps, writer, calls)) === "lost") return true;
  if (mayWrite) sources.changes.end(writer);
  return false;
}

interface End {
  readonly fence: number;
  readonly error: TurnError | null;
  readonly output?: unknown;
}

async function finish(
  steps: Steps,
  run: LoopRun,
  sources: StepSources,
  at: Pick<Progress, "changed" | "ends">,
  { fence, error, output }: End,
): Promise<Ending | "steered"> {
  const writer = { ...run.key, fence };
  at.ends += 1;
  const { changed, ends } = at;
  if (changed !== null) {
    const diff = await steps.run(`diff-${ends}`, () => sources.changes.settle(writer, changed));
    if (diff.outcome === "lost") return forget(run, sources);
  }
  const ended = await steps.run(ends === 1 ? "finish" : `finish-${ends}`, async () => {
    await letGoOfTurn(writer);
    const ending = await finishTurn(writer, { state: error ? "failed" : "completed", error, output });
    if (ending !== "steered") restSandbox(run.key);
    return ending;
  });
  if (ended === "steered") return "steered";
  if (ended === "lost") return forget(run, sources);
  return error ? "failed" : "completed";
}

function forget(run: LoopRun, sources: StepSources): "lost" {
  sources.changes.forget(run.key.turnId);
  return "lost";
}
