const unitMs: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of the SDK's duration text ("1h30m", "7d"); undefined when it isn't one. */
export function parseDurationMs(text: string): number | undefined {
  let total = 0;
  let rest = text.trim();
  if (rest === "") return undefined;
  while (rest !== "") {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/.exec(rest);
    if (!match?.[1] || !match[2]) return undefined;
    total += Number(match[1]) * (unitMs[match[2]] ?? 0);
    rest = rest.slice(match[0].length);
  }
  return total;
}

/** The last time that a JavaScript date can tell (epoch ms). */
export const endOfTimeMs = 8_640_000_000_000_000;

/** The time (epoch ms) that a duration or an ISO date means from `nowMs`; undefined when it is neither. */
export function parseDeadlineMs(text: string, nowMs: number): number | undefined {
  const durationMs = parseDurationMs(text);
  if (durationMs !== undefined) return Math.min(endOfTimeMs, nowMs + durationMs);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : date;
}
