/** The durable steps of a turn's run, as the loop sees them: the engine's own API stays in jobs.ts. */
export interface Steps {
  run<T>(id: string, work: () => Promise<T>): Promise<T>;
  /** resolves when the event has come, or the time is over */
  waitForAnswer(id: string, requestId: string): Promise<void>;
  /** resolves when the sub-agent that the call started has ended its turn, or the time is over */
  waitForChild(id: string, callId: string): Promise<void>;
}
