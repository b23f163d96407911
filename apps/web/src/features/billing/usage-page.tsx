"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { Section } from "../../ui/section.tsx";
import { Select } from "../../ui/select.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { BudgetList } from "./budget-list.tsx";
import { BudgetWarnings } from "./budget-warnings.tsx";
import { CsvButton } from "./csv-button.tsx";
import { UsageChart } from "./usage-chart.tsx";
import { UsageFigures } from "./usage-figures.tsx";
import { UsageTables } from "./usage-tables.tsx";

const ranges = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "A year" },
];

/** What the workspace has used, and how much it may. */
export function UsagePage() {
  const trpc = useTRPC();
  const [range, setRange] = useState("30");
  const days = Number(range);
  const usage = useQuery(trpc.billing.usage.queryOptions({ days }));
  return (
    <>
      <BudgetWarnings />
      <Section
        title="Usage"
        description="Days are UTC. A sub-agent’s calls count to the session that it works for, and to that session’s member."
        actions={
          <div className="flex gap-2">
            <Select label="Time" value={range} onChange={setRange} options={ranges} className="w-28" />
            <CsvButton days={days} />
          </div>
        }
      >
        {usage.isPending ? <SkeletonRows rows={3} label="Adding up" /> : null}
        {usage.isError && !usage.data ? <ErrorState message={errorMessage(usage.error)} onRetry={() => usage.refetch()} /> : null}
        {usage.data ? (
          <div className="space-y-4">
            <UsageFigures total={usage.data.total} />
            <UsageChart days={usage.data.days} />
            <UsageTables report={usage.data} />
          </div>
        ) : null}
      </Section>
      <BudgetList />
    </>
  );
}
