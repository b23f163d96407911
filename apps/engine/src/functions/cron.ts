import { Cron } from "croner";

export interface CronSchedule {
  /** As registered, with its time zone: "TZ=Europe/Berlin 0 9 * * 1". */
  readonly source: string;
  readonly jitterMs: number;
  /** The first time (epoch ms) after `afterMs`; undefined when there is none. */
  next(afterMs: number): number | undefined;
}

/** Reads a cron expression of five fields (or a nickname like @daily) with an optional `TZ=`; throws when it isn't one. */
export function parseCron(source: string, jitterMs = 0): CronSchedule {
  const match = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(source.trim());
  const timezone = match?.[1] ?? "UTC";
  const pattern = match?.[2] ?? source.trim();
  let cron: Cron;
  try {
    cron = new Cron(pattern, { timezone, paused: true, mode: pattern.startsWith("@") ? "auto" : "5-part" });
    cron.nextRun(new Date(0));
  } catch (error) {
    throw new Error(`"${source}" is not a cron expression: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { source, jitterMs, next: (afterMs) => cron.nextRun(new Date(afterMs))?.getTime() };
}
