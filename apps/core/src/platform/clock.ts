/** The time as the product sees it; handed in wherever a test has to move it. */
export interface Clock {
  /** Wall-clock time: for what is stored and shown. May jump. */
  now(): Date;
  /** Milliseconds that never run backwards: for durations and time-outs. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};
