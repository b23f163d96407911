import type { StepAsk } from "./begin-model-step.ts";

/** The last step that a turn may take: without tools, so that it ends with words. */
export function stepLimitAsk(maxSteps: number): StepAsk {
  return {
    code: "step_limit",
    text: `The agent has taken ${maxSteps} steps, the most that one turn may take, and sums up. Send "go on" to let it continue.`,
  };
}

/** Another try at an answer that fits its schema. */
export function outputAsk(problem: string): StepAsk {
  return { code: "output_invalid", text: problem };
}

/** What the model is told before such a step. */
export function instructionOf(code: "step_limit" | "output_invalid", text: string): string {
  if (code === "output_invalid") {
    return `${text}\nCall the tool structured_output now with the complete result. Do not answer in any other way.`;
  }
  return [
    "This was the last step that you may take with tools in this turn; no more calls are possible.",
    "Answer in words only, and briefly: what was asked for, what you have done, what you have found out, and what is left to do, in the order in which it should be done.",
  ].join(" ");
}
