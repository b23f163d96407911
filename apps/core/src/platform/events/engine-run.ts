/** A durable run as the engine's read API tells of it: names, states and times; never what a step answered. */
export interface EngineRun {
  readonly status: "queued" | "running" | "completed" | "failed" | "cancelled" | "unknown";
  /** ISO 8601, as are all times here */
  readonly queuedAt: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly error: string | null;
  readonly steps: readonly EngineStep[];
  /** `steps`: each step is known · `jobs`: only what is under way · `run`: nothing but the run itself */
  readonly detail: "steps" | "jobs" | "run";
  /** calls of the worker that failed as a whole: it was away, or what it answered could not be used */
  readonly failedCalls: readonly Failure[];
}

export interface EngineStep {
  readonly id: string;
  readonly name: string;
  /** Inngest's name of the operation: StepRun, WaitForEvent, Sleep, … */
  readonly kind: string;
  readonly status: "queued" | "running" | "waiting" | "sleeping" | "retrying" | "completed" | "failed" | "timed-out" | "unknown";
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  /** how often it was tried, as far as it is known; at least 1 */
  readonly attempts: number;
  readonly error: string | null;
  /** attempts that failed, oldest first */
  readonly failures: readonly Failure[];
}

export interface Failure {
  /** from 1 */
  readonly attempt: number;
  readonly at: string | null;
  readonly message: string;
}
