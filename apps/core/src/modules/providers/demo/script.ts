/** A tool call as the demo model makes it. */
export interface DemoCall {
  readonly name: "bash" | "read" | "write" | "edit" | "grep" | "glob";
  readonly input: Readonly<Record<string, unknown>>;
}

/** What the demo model says and calls in one step; no calls means that it is done. */
export interface DemoStep {
  readonly text: string;
  readonly calls: readonly DemoCall[];
}

export interface DemoResult {
  readonly output: string;
  readonly isError: boolean;
  /** the call never came to an end, or its result was lost */
  readonly interrupted: boolean;
}

/**
 * A guided task: yields a step, is given its calls' real results, and returns its last words. It is played from its
 * beginning for every model call, so it may depend on nothing but those results.
 */
export type Script = Generator<DemoStep, string, readonly DemoResult[]>;

/** A part of a script that comes to a value. */
export type Passage<T> = Generator<DemoStep, T, readonly DemoResult[]>;

/** Ends a script early with an honest word about what it met. */
export class GiveUp extends Error {}

/** A step of the session so far: the calls that were made, and their results where there are any. */
export interface PastStep {
  readonly calls: readonly { readonly name: string; readonly result: DemoResult | null }[];
}

const lost: DemoResult = { output: "", isError: true, interrupted: true };

/** Plays a script over what has happened so far; answers its next step, or its last words. */
export function play(script: Script, past: readonly PastStep[]): DemoStep {
  try {
    let state = script.next();
    for (const { calls } of past) {
      if (state.done) break;
      const planned = state.value.calls;
      if (calls.some((call, index) => call.name !== planned[index]?.name)) {
        return { text: "This session has taken a turn that my script doesn't know. Start the task again in a new session.", calls: [] };
      }
      state = script.next(planned.map((_, index) => calls[index]?.result ?? lost));
    }
    return state.done ? { text: state.value, calls: [] } : state.value;
  } catch (error) {
    if (error instanceof GiveUp) return { text: error.message, calls: [] };
    throw error;
  }
}
