const steps = [
  { limitMs: 60_000, unitMs: 1_000, suffix: "s" },
  { limitMs: 3_600_000, unitMs: 60_000, suffix: "m" },
  { limitMs: 86_400_000, unitMs: 3_600_000, suffix: "h" },
  { limitMs: 30 * 86_400_000, unitMs: 86_400_000, suffix: "d" },
  { limitMs: 365 * 86_400_000, unitMs: 30 * 86_400_000, suffix: "mo" },
] as const;

/** How long ago, short: "now", "12s", "5m", "3h", "6d", "2mo", "1y". A time ahead of the clock is "now". */
export function formatAge(at: Date, now: number): string {
  const agoMs = now - at.getTime();
  if (agoMs < 5_000) return "now";
  const step = steps.find((candidate) => agoMs < candidate.limitMs);
  return step ? `${Math.floor(agoMs / step.unitMs)}${step.suffix}` : `${Math.floor(agoMs / (365 * 86_400_000))}y`;
}
