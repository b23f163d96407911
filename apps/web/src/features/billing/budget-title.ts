import type { BudgetPeriod, BudgetScope } from "@opencode/core/modules/billing/contract.ts";

const scopes: Readonly<Record<BudgetScope, string>> = { workspace: "The workspace", member: "Each member", session: "Each session" };
const periods: Readonly<Record<BudgetPeriod, string>> = { day: "a day", month: "a month", total: "in all" };

interface Titled {
  readonly scope: BudgetScope;
  readonly period: BudgetPeriod;
  readonly subjectName?: string | null;
}

/** For whom and for how long a budget is: “Each member, a month”. */
export function budgetTitle({ scope, period, subjectName }: Titled): string {
  return `${subjectName ?? scopes[scope]}, ${periods[period]}`;
}
