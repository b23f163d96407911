"use client";

import type { UsageReport, UsageSum } from "@opencode/core/modules/billing/contract.ts";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { cn } from "../../ui/cn.ts";
import { formatCost } from "../../ui/format-cost.ts";
import { formatCount } from "../../ui/format-count.ts";
import { useWorkspace } from "../tenancy/workspace-context.tsx";

interface Row {
  readonly id: string;
  readonly name: ReactNode;
  readonly sum: UsageSum;
}

const views = [
  { id: "models", label: "Models" },
  { id: "members", label: "Members" },
  { id: "sessions", label: "Sessions" },
  { id: "days", label: "Days" },
] as const;
type View = (typeof views)[number]["id"];

/** The range's usage by model, member, session or day. */
export function UsageTables({ report }: { report: UsageReport }) {
  const [view, setView] = useState<View>("models");
  const { base } = useWorkspace();
  const rows = rowsOf(report, view, base);
  return (
    <div className="overflow-hidden rounded-xl border border-line bg-surface shadow-card">
      <fieldset className="flex gap-1 border-line border-b p-1.5">
        <legend className="sr-only">Show by</legend>
        {views.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            aria-pressed={view === id}
            onClick={() => setView(id)}
            className={cn("rounded-md px-2.5 py-1 text-sm", view === id ? "bg-hover font-medium" : "text-muted hover:text-fg")}
          >
            {label}
          </button>
        ))}
      </fieldset>
      <div className="overflow-x-auto">
        <table className="w-full text-sm">
          <thead className="text-left text-faint text-xs">
            <tr>
              <th className="px-4 py-2 font-medium">{views.find(({ id }) => id === view)?.label.replace(/s$/, "")}</th>
              <th className="px-2 py-2 text-right font-medium">Calls</th>
              <th className="hidden px-2 py-2 text-right font-medium sm:table-cell">In</th>
              <th className="hidden px-2 py-2 text-right font-medium sm:table-cell">Cached</th>
              <th className="hidden px-2 py-2 text-right font-medium sm:table-cell">Out</th>
              <th className="px-4 py-2 text-right font-medium">Cost</th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line tabular-nums">
            {rows.map(({ id, name, sum }) => (
              <tr key={id}>
                <td className="max-w-64 truncate px-4 py-2">{name}</td>
                <td className="px-2 py-2 text-right text-muted">{formatCount(sum.calls)}</td>
                <td className="hidden px-2 py-2 text-right text-muted sm:table-cell">{formatCount(sum.inputTokens)}</td>
                <td className="hidden px-2 py-2 text-right text-muted sm:table-cell">{formatCount(sum.cacheReadTokens)}</td>
                <td className="hidden px-2 py-2 text-right text-muted sm:table-cell">{formatCount(sum.outputTokens)}</td>
                <td className="px-4 py-2 text-right">
                  {formatCost(sum.costMicros)}
                  {sum.unpricedCalls > 0 ? (
                    <span title={`${sum.unpricedCalls} calls without a known price`} className="text-warning">
                      {" "}
                      + ?
                    </span>
                  ) : null}
                </td>
              </tr>
            ))}
            {rows.length === 0 ? (
              <tr>
                <td colSpan={6} className="px-4 py-6 text-center text-muted">
                  No model was called in this time.
                </td>
              </tr>
            ) : null}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function rowsOf(report: UsageReport, view: View, base: string): Row[] {
  switch (view) {
    case "models":
      return report.models.map((sum) => ({ id: sum.model, name: <code className="font-mono text-xs">{sum.model}</code>, sum }));
    case "members":
      return report.members.map((sum) => ({ id: sum.userId ?? "none", name: sum.name, sum }));
    case "sessions":
      return report.sessions.map((sum) => ({
        id: sum.sessionId,
        name: (
          <Link href={`${base}/sessions/${sum.sessionId}`} className="hover:underline">
            {sum.title}
          </Link>
        ),
        sum,
      }));
    case "days":
      return report.days
        .filter((sum) => sum.calls > 0)
        .map((sum) => ({ id: sum.day, name: sum.day, sum }))
        .reverse();
  }
}
