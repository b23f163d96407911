import type { UsageReport } from "@opencode/core/modules/billing/contract.ts";
import { formatCost } from "../../ui/format-cost.ts";

const labelled = 6;

/** What was spent on each day, as bars. */
export function UsageChart({ days }: { days: UsageReport["days"] }) {
  const most = Math.max(...days.map((day) => day.costMicros), 0);
  const every = Math.max(1, Math.ceil(days.length / labelled));
  return (
    <figure className="rounded-xl border border-line bg-surface p-4 shadow-card">
      <figcaption className="mb-3 flex justify-between text-faint text-xs">
        <span>Spent by day</span>
        <span className="tabular-nums">{most > 0 ? `highest ${formatCost(most)}` : "nothing yet"}</span>
      </figcaption>
      <div aria-hidden className="flex h-32 items-end gap-px border-line border-b">
        {days.map(({ day, costMicros, calls }) => (
          <div
            key={day}
            title={`${day}: ${formatCost(costMicros)}, ${calls} calls`}
            className="min-w-0 flex-1 rounded-t-sm bg-accent/70 hover:bg-accent"
            style={{ height: most > 0 && costMicros > 0 ? `max(2px, ${(costMicros / most) * 100}%)` : "0" }}
          />
        ))}
      </div>
      <div aria-hidden className="mt-1 flex justify-between text-faint text-xs tabular-nums">
        {days
          .filter((_, index) => index % every === 0)
          .map(({ day }) => (
            <span key={day}>{day.slice(5)}</span>
          ))}
      </div>
    </figure>
  );
}
