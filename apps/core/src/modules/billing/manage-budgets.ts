import { systemClock } from "../../platform/clock.ts";
import { type Tx, withTenant } from "../../platform/database/database.ts";
import { AppError, notFound } from "../../platform/errors.ts";
import type { SessionId, UserId, WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { recordAudit } from "../tenancy/index.ts";
import { applicableBudgets } from "./applicable-budgets.ts";
import {
  type Budget,
  type Counter,
  type CounterKey,
  deleteBudget,
  findBudgets,
  findCounters,
  findSpent,
  sumSpent,
  upsertBudget,
} from "./budget-repo.ts";
import type { BudgetView, BudgetWarning, SaveBudget } from "./contract.ts";
import { periodKey } from "./period-of.ts";
import { findSpender } from "./spender-repo.ts";
import { findSessionTitles, findUserNames } from "./usage-repo.ts";

interface Acting {
  readonly workspaceId: WorkspaceId;
  readonly actorId: UserId;
}

const shownUses = 10;

/** The workspace's budgets, each with those who have spent most of it in its present period. */
export async function listBudgets(workspaceId: WorkspaceId): Promise<BudgetView[]> {
  return withTenant(workspaceId, async (tx) => {
    const budgets = await findBudgets(tx, workspaceId);
    const counters = await standing(tx, workspaceId, budgets);
    const subjects = [...new Set([...budgets, ...counters].map(({ subjectId }) => subjectId).filter((id) => id !== ""))];
    const names = new Map([...(await findUserNames(tx, subjects)), ...(await findSessionTitles(tx, workspaceId, subjects))]);
    const nameOf = (id: string) => (id === "" ? "The workspace" : names.get(id) || "Untitled");
    return budgets.map(({ id, scope, subjectId, period, limitMicros }) => ({
      id,
      scope,
      subjectId: subjectId || null,
      subjectName: subjectId ? nameOf(subjectId) : null,
      period,
      limitMicros: Number(limitMicros),
      uses: counters
        .filter((counter) => counter.budgetId === id)
        .slice(0, shownUses)
        .map((counter) => ({
          subjectId: counter.subjectId,
          name: nameOf(counter.subjectId),
          spentMicros: Number(counter.spentMicros),
          reservedMicros: Number(counter.reservedMicros),
        })),
    }));
  });
}

/** The counters of the periods that run now; a budget of one subject that has none yet is summed up from the ledger. */
async function standing(tx: Tx, workspaceId: WorkspaceId, budgets: readonly Budget[]): Promise<Counter[]> {
  const now = systemClock.now();
  const counters = await findCounters(tx, workspaceId, ["all", periodKey("day", now), periodKey("month", now)]);
  const known = new Set(counters.map((counter) => counter.budgetId));
  const begun: Counter[] = [];
  for (const { id, scope, subjectId, period } of budgets) {
    if (known.has(id) || (scope !== "workspace" && subjectId === "")) continue;
    const key: CounterKey = { budgetId: id, subjectId, period: periodKey(period, now) };
    begun.push({ ...key, spentMicros: await sumSpent(tx, workspaceId, scope, key), reservedMicros: 0n });
  }
  return [...counters, ...begun];
}

/** Sets a limit: a new one, or another amount for the same scope, subject and period. Holds from the next call on. */
export async function saveBudget({ workspaceId, actorId }: Acting, input: SaveBudget): Promise<{ id: string }> {
  return withTenant(workspaceId, async (tx) => {
    const existing = await findBudgets(tx, workspaceId);
    const isNew = !existing.some(
      ({ scope, subjectId, period }) => scope === input.scope && subjectId === (input.subjectId ?? "") && period === input.period,
    );
    if (isNew && existing.length >= limits.budget.maxPerWorkspace)
      throw new AppError("CONFLICT", "The workspace has as many budgets as it may have. Remove one first.");
    await refuseUnknownSubject(tx, workspaceId, input);
    const { id } = await upsertBudget(tx, workspaceId, actorId, input);
    await recordAudit(tx, { workspaceId, actorKind: "user", actorId, action: "billing.saveBudget", subjectId: id, data: input });
    return { id };
  });
}

async function refuseUnknownSubject(tx: Tx, workspaceId: WorkspaceId, { scope, subjectId }: SaveBudget): Promise<void> {
  if (subjectId === null) return;
  const known = scope === "member" ? await findUserNames(tx, [subjectId]) : await findSessionTitles(tx, workspaceId, [subjectId]);
  if (!known.has(subjectId)) throw notFound(scope === "member" ? "The member" : "The session");
}

/** Takes a limit away. NOT_FOUND for a foreign one. */
export async function removeBudget({ workspaceId, actorId }: Acting, budgetId: string): Promise<void> {
  await withTenant(workspaceId, async (tx) => {
    if (!(await deleteBudget(tx, workspaceId, budgetId))) throw notFound("The budget");
    await recordAudit(tx, { workspaceId, actorKind: "user", actorId, action: "billing.removeBudget", subjectId: budgetId });
  });
}

/**
 * The budgets of the workspace and of one person that are used up by four fifths or more; with a session those that its
 * calls stand in.
 */
export async function budgetWarnings(workspaceId: WorkspaceId, userId: UserId, sessionId?: SessionId): Promise<BudgetWarning[]> {
  return withTenant(workspaceId, async (tx) => {
    const budgets = await findBudgets(tx, workspaceId);
    if (budgets.length === 0) return [];
    const spender = sessionId === undefined ? { userId, rootSessionId: "" } : await findSpender(tx, workspaceId, sessionId);
    if (!spender) throw notFound("The session");
    const warnings: BudgetWarning[] = [];
    for (const { budget, key } of applicableBudgets(budgets, spender, systemClock.now())) {
      const { id, scope, period } = budget;
      if (scope === "session" && sessionId === undefined) continue;
      const spent = Number((await findSpent(tx, workspaceId, key)) ?? (await sumSpent(tx, workspaceId, scope, key)));
      const limit = Number(budget.limitMicros);
      if (spent < limit * limits.budget.warnAtShare) continue;
      warnings.push({ budgetId: id, scope, period, limitMicros: limit, spentMicros: spent, isUsedUp: spent >= limit });
    }
    return warnings;
  });
}
