import type { UsageSum } from "@opencode/core/modules/billing/contract.ts";
import { formatCost } from "../../ui/format-cost.ts";
import { formatCount } from "../../ui/format-count.ts";

/** The range in four figures. */
export function UsageFigures({ total }: { total: UsageSum }) {
  const read = total.inputTokens + total.cacheReadTokens + total.cacheWriteTokens;
  const figures = [
    {
      label: "Spent",
      value: formatCost(total.costMicros),
      note: total.unpricedCalls > 0 ? `${total.unpricedCalls} calls without a price` : null,
    },
    { label: "Model calls", value: formatCount(total.calls), note: null },
    {
      label: "Tokens read",
      value: formatCount(read),
      note: read > 0 ? `${Math.round((total.cacheReadTokens / read) * 100)} % from the cache` : null,
    },
    { label: "Tokens written", value: formatCount(total.outputTokens), note: null },
  ];
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
      {figures.map(({ label, value, note }) => (
        <div key={label} className="rounded-xl border border-line bg-surface px-4 py-3 shadow-card">
          <dt className="text-muted text-xs">{label}</dt>
          <dd className="mt-0.5 font-semibold text-lg tabular-nums">{value}</dd>
          {note ? <dd className="text-faint text-xs">{note}</dd> : null}
        </div>
      ))}
    </dl>
  );
}
