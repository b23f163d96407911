import { z } from "zod";
import { toolPartsOf } from "../agent-loop/begin-model-step.ts";
import type { LoopRun } from "../agent-loop/loop-run.ts";
import type { TurnError } from "../contract.ts";
import { outputToolName } from "./output-tool.ts";

export interface OutputCheck {
  readonly isGiven: boolean;
  readonly value?: unknown;
  /** why there is none yet, for the model */
  readonly problem: string;
  /** the same as the end of the turn, when it gets no better */
  readonly error: TurnError | null;
}

const wrapped = z.object({ value: z.unknown() });

/** The turn's answer by its schema: the last call of the output tool that was accepted. */
export async function findOutput(run: LoopRun): Promise<OutputCheck> {
  const [facts, log] = [await run.facts(), await run.log()];
  const own = log.messagesUpTo(facts.ordinal).filter(({ turnId }) => turnId === run.key.turnId);
  const calls = own.flatMap(toolPartsOf).filter(({ tool }) => tool === outputToolName);
  const given = calls.findLast(({ state }) => state === "completed");
  if (given) {
    const isObject = facts.outputSchema?.type === "object";
    const value = isObject ? given.input : wrapped.safeParse(given.input).data?.value;
    return { isGiven: true, value, problem: "", error: null };
  }
  const problem = calls.at(-1)?.output || "The turn is not done before its result was given.";
  const message = `The agent gave no result that fits the schema. ${problem}`.slice(0, 1_000);
  return { isGiven: false, problem, error: { code: "OUTPUT_INVALID", message, retryable: true, settingsPath: null } };
}
