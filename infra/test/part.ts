/** What a part of `npm test` came to: how many checks or tests passed and failed, and what to read when one failed. */
export interface PartResult {
  readonly passed: number;
  readonly failed: number;
  readonly output: string;
  /** Why it could not run here; only outside CI. */
  readonly skipped?: string;
}

export interface Part {
  readonly name: string;
  readonly run: () => Promise<PartResult>;
}

/** A check is one of those that pass or fail as a whole. */
export function check(name: string, run: () => Promise<{ ok: boolean; output: string }>): Part {
  return {
    name,
    run: async () => {
      const { ok, output } = await run();
      return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, output };
    },
  };
}
