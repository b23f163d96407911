"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Callout } from "../../ui/callout.tsx";
import { formatCost } from "../../ui/format-cost.ts";
import { budgetTitle } from "./budget-title.ts";

/** The viewer's budgets, and the workspace's, that are nearly or wholly used up. */
export function BudgetWarnings() {
  const trpc = useTRPC();
  const warnings = useQuery(trpc.billing.warnings.queryOptions());
  if (!warnings.data || warnings.data.length === 0) return null;
  const isUsedUp = warnings.data.some((warning) => warning.isUsedUp);
  return (
    <Callout tone={isUsedUp ? "danger" : "warning"} title={isUsedUp ? "A budget is used up" : "A budget is nearly used up"}>
      {warnings.data.map((warning) => (
        <span key={warning.budgetId} className="block">
          {budgetTitle(warning)}: {formatCost(warning.spentMicros)} of {formatCost(warning.limitMicros)}.
          {warning.isUsedUp ? " Model calls are refused until it is raised or its time is over." : ""}
        </span>
      ))}
    </Callout>
  );
}
