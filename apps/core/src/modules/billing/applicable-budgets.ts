import type { Budget, CounterKey } from "./budget-repo.ts";
import { periodKey } from "./period-of.ts";
import type { Spender } from "./spender-repo.ts";

type Whose = Pick<Spender, "rootSessionId" | "userId">;

/**
 * The budgets that a spender's call stands in, each with the counter that it is counted in. A limit for one member or
 * one session takes the place of the limit for each.
 */
export function applicableBudgets(budgets: readonly Budget[], spender: Whose, now: Date): { budget: Budget; key: CounterKey }[] {
  const subjects = { workspace: "", member: spender.userId, session: spender.rootSessionId };
  const mine = budgets.filter((budget) => {
    const subject = subjects[budget.scope];
    return subject !== null && (budget.subjectId === "" || budget.subjectId === subject);
  });
  const special = new Set(mine.filter((budget) => budget.subjectId !== "").map((budget) => `${budget.scope} ${budget.period}`));
  return mine
    .filter((budget) => budget.subjectId !== "" || !special.has(`${budget.scope} ${budget.period}`))
    .map((budget) => ({
      budget,
      key: { budgetId: budget.id, subjectId: subjects[budget.scope] ?? "", period: periodKey(budget.period, now) },
    }));
}
