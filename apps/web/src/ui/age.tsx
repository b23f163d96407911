"use client";

import { formatAge } from "./format-age.ts";
import { useNow } from "./use-now.ts";

const full = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });

/** How long ago, kept current; the full time on hover. */
export function Age({ at, ago = false, className }: { at: Date | string; ago?: boolean; className?: string }) {
  const now = useNow(10_000);
  const date = typeof at === "string" ? new Date(at) : at;
  if (now === 0) return null;
  const age = formatAge(date, Math.max(now, Date.now()));
  return (
    <time dateTime={date.toISOString()} title={full.format(date)} className={className}>
      {ago && age !== "now" ? `${age} ago` : age}
    </time>
  );
}
