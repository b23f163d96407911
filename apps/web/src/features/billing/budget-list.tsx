"use client";

import type { BudgetView } from "@opencode/core/modules/billing/contract.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { PiggyBank, Plus, X } from "lucide-react";
import { useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatCost } from "../../ui/format-cost.ts";
import { Section } from "../../ui/section.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { BudgetForm } from "./budget-form.tsx";
import { budgetTitle } from "./budget-title.ts";

/** The workspace's budgets, and what is left of them. */
export function BudgetList() {
  const trpc = useTRPC();
  const { may } = useWorkspace();
  const mayWrite = may("budgets.write");
  const [editing, setEditing] = useState<BudgetView | "new" | null>(null);
  const budgets = useQuery(trpc.billing.budgets.queryOptions());
  const add = mayWrite ? (
    <Button onClick={() => setEditing("new")} data-testid="add-budget">
      <Plus aria-hidden />
      Set a budget
    </Button>
  ) : null;
  return (
    <Section
      title="Budgets"
      description="What a call may cost is set aside before it is made, so that calls at the same time can’t spend more together. A call that no budget holds is not made."
      actions={(budgets.data?.length ?? 0) > 0 ? add : null}
    >
      {budgets.isPending ? <SkeletonRows rows={2} label="Loading the budgets" /> : null}
      {budgets.isError && !budgets.data ? <ErrorState message={errorMessage(budgets.error)} onRetry={() => budgets.refetch()} /> : null}
      {budgets.data?.length === 0 ? (
        <EmptyState icon={PiggyBank} title="No budget" action={add}>
          {mayWrite ? "Limit what the workspace, a member or a session may spend." : "An owner or admin of the workspace can set one."}
        </EmptyState>
      ) : null}
      {budgets.data && budgets.data.length > 0 ? (
        <ul className="divide-y divide-line rounded-xl border border-line bg-surface shadow-card">
          {budgets.data.map((budget) => (
            <BudgetRow key={budget.id} budget={budget} mayWrite={mayWrite} onEdit={() => setEditing(budget)} />
          ))}
        </ul>
      ) : null}
      <Dialog open={editing !== null} onOpenChange={() => setEditing(null)} title={editing === "new" ? "Set a budget" : "Change a budget"}>
        {editing === null ? null : <BudgetForm budget={editing === "new" ? null : editing} onDone={() => setEditing(null)} />}
      </Dialog>
    </Section>
  );
}

function BudgetRow({ budget, mayWrite, onEdit }: { budget: BudgetView; mayWrite: boolean; onEdit: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.billing.removeBudget.mutationOptions({
      onSuccess: async () => {
        setRemoving(false);
        await queryClient.invalidateQueries(trpc.billing.pathFilter());
      },
    }),
  );
  const [removing, setRemoving] = useState(false);
  const title = budgetTitle(budget);
  return (
    <li className="space-y-2 px-4 py-3" data-testid="budget">
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium text-sm">{title}</span>
        <span className="text-sm tabular-nums">{formatCost(budget.limitMicros)}</span>
        {mayWrite ? (
          <>
            <Button size="sm" onClick={onEdit}>
              Change
            </Button>
            <Button size="icon-sm" variant="ghost" aria-label={`Remove the budget: ${title}`} onClick={() => setRemoving(true)}>
              <X aria-hidden />
            </Button>
          </>
        ) : null}
      </div>
      {budget.uses.length === 0 ? <p className="text-faint text-xs">Nothing spent in this time.</p> : null}
      {budget.uses.map((use) => (
        <UseBar key={use.subjectId} use={use} limitMicros={budget.limitMicros} />
      ))}
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        title="Remove the budget?"
        description={`${title}: ${formatCost(budget.limitMicros)}. From the next call on it limits nothing any more.`}
        action="Remove"
        busy={remove.isPending}
        error={remove.error ? errorMessage(remove.error) : null}
        onConfirm={() => remove.mutate({ budgetId: budget.id })}
      />
    </li>
  );
}

function UseBar({ use, limitMicros }: { use: BudgetView["uses"][number]; limitMicros: number }) {
  const share = limitMicros === 0 ? 1 : use.spentMicros / limitMicros;
  const tone = share >= 1 ? "bg-danger" : share >= 0.8 ? "bg-warning" : "bg-accent";
  const percent = Math.round(share * 100);
  return (
    <div className="text-xs">
      <div className="flex justify-between gap-2 text-muted">
        <span className="truncate">{use.name}</span>
        <span className="shrink-0 tabular-nums">
          {formatCost(use.spentMicros)}
          {use.reservedMicros > 0 ? ` + ${formatCost(use.reservedMicros)} set aside` : ""} · {percent} %
        </span>
      </div>
      <div className="mt-1 h-1.5 overflow-hidden rounded-full bg-hover">
        <div className={cn("h-full rounded-full", tone)} style={{ width: `${Math.min(100, percent)}%` }} />
      </div>
    </div>
  );
}
