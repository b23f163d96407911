"use client";

import type { BudgetWarning } from "@opencode/core/modules/billing/contract.ts";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { cn } from "../../ui/cn.ts";
import { formatCost } from "../../ui/format-cost.ts";
import { useWorkspace } from "../tenancy/workspace-context.tsx";

const refetchMs = 30_000;
const whose: Readonly<Record<BudgetWarning["scope"], string>> = {
  workspace: "the workspace's",
  member: "the member's",
  session: "the session's",
};
const when: Readonly<Record<BudgetWarning["period"], string>> = { day: " for today", month: " for this month", total: "" };

/** Below a composer: the budget that ends first, once four fifths of it are spent. */
export function BudgetNote({ sessionId }: { sessionId?: string }) {
  const trpc = useTRPC();
  const { base } = useWorkspace();
  const options = trpc.billing.warnings.queryOptions(sessionId === undefined ? undefined : { sessionId }, { refetchInterval: refetchMs });
  const warnings = useQuery(options).data ?? [];
  const [first] = warnings.toSorted((one, other) => shareOf(other) - shareOf(one));
  if (!first) return null;
  return (
    <p role="status" className={cn("px-1 pt-1.5 text-center text-xs", first.isUsedUp ? "text-danger" : "text-warning")}>
      {formatCost(first.spentMicros)} of {first.scope === "member" && sessionId === undefined ? "your" : whose[first.scope]}{" "}
      {formatCost(first.limitMicros)}
      {when[first.period]} are spent{first.isUsedUp ? ": model calls are refused until it is raised" : ""}.{" "}
      <Link href={`${base}/settings/usage`} className="underline">
        Budgets
      </Link>
    </p>
  );
}

function shareOf({ spentMicros, limitMicros }: BudgetWarning): number {
  return limitMicros === 0 ? Number.POSITIVE_INFINITY : spentMicros / limitMicros;
}
