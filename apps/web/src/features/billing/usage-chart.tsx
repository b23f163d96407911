"use client";

import type { UsageReport } from "@opencode/core/modules/billing/contract.ts";
import { type KeyboardEvent, useState } from "react";
import { cn } from "../../ui/cn.ts";
import { formatCost } from "../../ui/format-cost.ts";

const labelled = 6;

/** What was spent on each day, as bars; a day is told when it is pointed at, or reached with the arrow keys. */
export function UsageChart({ days }: { days: UsageReport["days"] }) {
  const [chosen, setChosen] = useState<number | null>(null);
  const most = Math.max(...days.map((day) => day.costMicros), 0);
  const every = Math.max(1, Math.ceil(days.length / labelled));
  const day = chosen === null ? undefined : days[chosen];
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setChosen(Math.min(days.length - 1, Math.max(0, (chosen ?? days.length - 1) + (chosen === null ? 0 : step))));
  };
  return (
    <figure className="rounded-xl border border-line bg-surface p-4 shadow-card">
      <figcaption className="mb-3 flex justify-between gap-3 text-faint text-xs">
        <span>Spent by day</span>
        <span aria-live="polite" className="tabular-nums">
          {day ? told(day) : most > 0 ? `highest ${formatCost(most)}` : "nothing yet"}
        </span>
      </figcaption>
      <div
        role="slider"
        tabIndex={0}
        aria-label="Day"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, days.length - 1)}
        aria-valuenow={chosen ?? Math.max(0, days.length - 1)}
        aria-valuetext={day ? told(day) : "none chosen"}
        onKeyDown={onKeyDown}
        onBlur={() => setChosen(null)}
        onPointerLeave={() => setChosen(null)}
        className="flex h-32 items-stretch border-line border-b"
      >
        {days.map(({ day: name, costMicros }, index) => (
          <span key={name} onPointerEnter={() => setChosen(index)} className="flex min-w-0 flex-1 items-end px-px">
            <span
              className={cn("w-full rounded-t-sm", index === chosen ? "bg-accent" : "bg-accent/70")}
              style={{ height: most > 0 && costMicros > 0 ? `max(2px, ${(costMicros / most) * 100}%)` : "0" }}
            />
          </span>
        ))}
      </div>
      <div aria-hidden className="mt-1 flex text-faint text-xs tabular-nums">
        {days.map(({ day: name }, index) => (
          <span key={name} className="min-w-0 flex-1 whitespace-nowrap">
            {index % every === 0 ? name.slice(5) : ""}
          </span>
        ))}
      </div>
    </figure>
  );
}

function told({ day, costMicros, calls }: UsageReport["days"][number]): string {
  return `${day}: ${formatCost(costMicros)}, ${calls} ${calls === 1 ? "call" : "calls"}`;
}
