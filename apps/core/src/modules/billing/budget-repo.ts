import { z } from "zod";
import type { Tx } from "../../platform/database/database.ts";
import { newId, type UserId, type WorkspaceId } from "../../platform/ids.ts";
import { type BudgetPeriod, type BudgetScope, budgetPeriodSchema, budgetScopeSchema, type SaveBudget } from "./contract.ts";
import { periodEnd, periodStart } from "./period-of.ts";

export interface Budget {
  readonly id: string;
  readonly scope: BudgetScope;
  /** "" for each member or session */
  readonly subjectId: string;
  readonly period: BudgetPeriod;
  readonly limitMicros: bigint;
}

export interface CounterKey {
  readonly budgetId: string;
  /** "" for the workspace */
  readonly subjectId: string;
  readonly period: string;
}

export interface Counter extends CounterKey {
  readonly spentMicros: bigint;
  readonly reservedMicros: bigint;
}

const counterKeysSchema = z.array(z.object({ budgetId: z.string(), subjectId: z.string(), period: z.string() }));

function toBudget(row: { id: string; scope: string; subjectId: string; period: string; limitMicros: bigint }): Budget {
  return { ...row, scope: budgetScopeSchema.parse(row.scope), period: budgetPeriodSchema.parse(row.period) };
}

const shown = { id: true, scope: true, subjectId: true, period: true, limitMicros: true } as const;

export async function findBudgets(tx: Tx, workspaceId: WorkspaceId): Promise<Budget[]> {
  const rows = await tx.budget.findMany({ where: { workspaceId }, select: shown, orderBy: [{ scope: "desc" }, { id: "asc" }] });
  return rows.map(toBudget);
}

/** Sets a limit; the same scope, subject and period has one only. */
export async function upsertBudget(tx: Tx, workspaceId: WorkspaceId, actorId: UserId, input: SaveBudget): Promise<Budget> {
  const { scope, period, limitMicros } = input;
  const key = { workspaceId, scope, subjectId: input.subjectId ?? "", period };
  const row = await tx.budget.upsert({
    where: { workspaceId_scope_subjectId_period: key },
    create: { id: newId("budget"), ...key, limitMicros: BigInt(limitMicros), createdById: actorId },
    update: { limitMicros: BigInt(limitMicros) },
    select: shown,
  });
  return toBudget(row);
}

export async function deleteBudget(tx: Tx, workspaceId: WorkspaceId, id: string): Promise<boolean> {
  const { count } = await tx.budget.deleteMany({ where: { id, workspaceId } });
  return count > 0;
}

/** What the ledger says was spent of a budget's counter. */
export async function sumSpent(tx: Tx, workspaceId: WorkspaceId, scope: BudgetScope, key: CounterKey): Promise<bigint> {
  const [from, to] = [periodStart(key.period), periodEnd(key.period)];
  const { _sum } = await tx.usageEntry.aggregate({
    where: {
      workspaceId,
      ...(from && to ? { createdAt: { gte: from, lt: to } } : {}),
      ...(scope === "member" ? { userId: key.subjectId } : {}),
      ...(scope === "session" ? { rootSessionId: key.subjectId } : {}),
    },
    _sum: { costMicros: true },
  });
  return _sum.costMicros ?? 0n;
}

/**
 * Locks counters against everybody else until the transaction ends, in one order for all, so that nobody waits in a
 * circle. Those that are missing are begun with what the ledger says. In the order of `budgets`.
 */
export async function lockCounters(
  tx: Tx,
  workspaceId: WorkspaceId,
  wanted: readonly { budget: Budget; key: CounterKey }[],
): Promise<Counter[]> {
  const ordered = [...wanted].sort((one, other) => byOrder(one.key, other.key));
  const found = new Map<string, Counter>();
  for (const { budget, key } of ordered) {
    const counter = (await lockCounter(tx, workspaceId, key)) ?? (await beginCounter(tx, workspaceId, budget.scope, key));
    found.set(orderOf(key), counter);
  }
  return wanted.map(({ key }) => found.get(orderOf(key)) ?? { ...key, spentMicros: 0n, reservedMicros: 0n });
}

const orderOf = (key: CounterKey) => `${key.budgetId} ${key.subjectId} ${key.period}`;
const byOrder = (one: CounterKey, other: CounterKey) => (orderOf(one) < orderOf(other) ? -1 : 1);

/** Locks counters that are there, in the order of everybody. */
export async function holdCounters(tx: Tx, workspaceId: WorkspaceId, keys: readonly CounterKey[]): Promise<void> {
  for (const key of [...keys].sort(byOrder)) await lockCounter(tx, workspaceId, key);
}

async function lockCounter(tx: Tx, workspaceId: WorkspaceId, key: CounterKey): Promise<Counter | null> {
  const [row] = await tx.$queryRaw<{ spentMicros: bigint; reservedMicros: bigint }[]>`
    SELECT "spentMicros", "reservedMicros" FROM "BudgetCounter"
    WHERE "workspaceId" = ${workspaceId} AND "budgetId" = ${key.budgetId} AND "subjectId" = ${key.subjectId} AND period = ${key.period}
    FOR UPDATE`;
  return row ? { ...key, ...row } : null;
}

async function beginCounter(tx: Tx, workspaceId: WorkspaceId, scope: BudgetScope, key: CounterKey): Promise<Counter> {
  // The row first, the sum behind it: whoever settles meanwhile waits for the row.
  await tx.budgetCounter.createMany({ data: [{ workspaceId, ...key }], skipDuplicates: true });
  const begun = await lockCounter(tx, workspaceId, key);
  if (begun && (begun.spentMicros > 0n || begun.reservedMicros > 0n)) return begun;
  const spentMicros = await sumSpent(tx, workspaceId, scope, key);
  await tx.budgetCounter.updateMany({ where: { workspaceId, ...key }, data: { spentMicros } });
  return { ...key, spentMicros, reservedMicros: 0n };
}

/** Sets money aside where it is still there: one condition in the statement itself. False when it is not. */
export async function addReserved(tx: Tx, workspaceId: WorkspaceId, key: CounterKey, amount: bigint, limit: bigint): Promise<boolean> {
  const changed = await tx.$executeRaw`
    UPDATE "BudgetCounter" SET "reservedMicros" = "reservedMicros" + ${amount}
    WHERE "workspaceId" = ${workspaceId} AND "budgetId" = ${key.budgetId} AND "subjectId" = ${key.subjectId} AND period = ${key.period}
      AND "spentMicros" + "reservedMicros" + ${amount} <= ${limit}`;
  return changed > 0;
}

/** What was set aside comes back, and what was really spent is added. */
export async function settleCounter(
  tx: Tx,
  workspaceId: WorkspaceId,
  key: CounterKey,
  change: { freed: bigint; spent: bigint },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE "BudgetCounter"
    SET "reservedMicros" = GREATEST(0, "reservedMicros" - ${change.freed}), "spentMicros" = "spentMicros" + ${change.spent}
    WHERE "workspaceId" = ${workspaceId} AND "budgetId" = ${key.budgetId} AND "subjectId" = ${key.subjectId} AND period = ${key.period}`;
}

export async function setSpent(tx: Tx, workspaceId: WorkspaceId, key: CounterKey, spentMicros: bigint): Promise<void> {
  await tx.budgetCounter.updateMany({ where: { workspaceId, ...key }, data: { spentMicros } });
}

export interface Reservation {
  readonly id: string;
  readonly amountMicros: bigint;
  readonly counters: readonly CounterKey[];
}

export async function insertReservation(
  tx: Tx,
  row: Reservation & { readonly workspaceId: WorkspaceId; readonly sessionId: string; readonly expiresAt: Date },
): Promise<void> {
  await tx.budgetReservation.create({ data: { ...row, counters: row.counters.map((key) => ({ ...key })) } });
}

/** A reservation as it stands; another may take it at any moment. */
export async function findReservation(tx: Tx, workspaceId: WorkspaceId, id: string): Promise<Reservation | null> {
  const row = await tx.budgetReservation.findUnique({
    where: { id_workspaceId: { id, workspaceId } },
    select: { id: true, amountMicros: true, counters: true },
  });
  return row ? { ...row, counters: counterKeysSchema.parse(row.counters) } : null;
}

const ofCall = (callId: string) => `bre_${callId}.`;

/** Each attempt at a call sets money aside under a name of its own: what one gives back is never another's. */
export const newReservationId = (callId: string): string => `${ofCall(callId)}${newId("usage")}`;

/** What earlier attempts at a call have set aside and nobody has settled yet. */
export async function findReservationsOfCall(tx: Tx, key: { workspaceId: WorkspaceId; sessionId: string }, callId: string) {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "BudgetReservation"
    WHERE "workspaceId" = ${key.workspaceId} AND "sessionId" = ${key.sessionId} AND starts_with(id, ${ofCall(callId)})`;
  return rows.map(({ id }) => id);
}

/** Takes a reservation out of the table, so that one only gives its money back; null when it is gone already. */
export async function takeReservation(tx: Tx, workspaceId: WorkspaceId, id: string): Promise<Reservation | null> {
  const [row] = await tx.$queryRaw<{ amountMicros: bigint; counters: unknown }[]>`
    DELETE FROM "BudgetReservation" WHERE id = ${id} AND "workspaceId" = ${workspaceId} RETURNING "amountMicros", counters`;
  return row ? { id, amountMicros: row.amountMicros, counters: counterKeysSchema.parse(row.counters) } : null;
}

/** Reservations of every workspace whose time is over. */
export async function findExpiredReservations(tx: Tx, now: Date): Promise<{ id: string; workspaceId: string }[]> {
  return tx.budgetReservation.findMany({ where: { expiresAt: { lt: now } }, select: { id: true, workspaceId: true }, take: 500 });
}

export async function findCounters(tx: Tx, workspaceId: WorkspaceId, periods: readonly string[]): Promise<Counter[]> {
  return tx.budgetCounter.findMany({
    where: { workspaceId, period: { in: [...periods] } },
    select: { budgetId: true, subjectId: true, period: true, spentMicros: true, reservedMicros: true },
    orderBy: { spentMicros: "desc" },
    take: 2_000,
  });
}

/** What a counter says; null for one that no call has begun yet. */
export async function findSpent(tx: Tx, workspaceId: WorkspaceId, key: CounterKey): Promise<bigint | null> {
  const row = await tx.budgetCounter.findFirst({ where: { workspaceId, ...key }, select: { spentMicros: true } });
  return row?.spentMicros ?? null;
}

/** Who may raise a budget, by name, owners first. */
export async function findAdminNames(tx: Tx, workspaceId: WorkspaceId): Promise<string[]> {
  const members = await tx.member.findMany({
    where: { workspaceId, role: { in: ["owner", "admin"] } },
    select: { role: true, user: { select: { name: true, email: true } } },
    orderBy: [{ role: "desc" }, { createdAt: "asc" }],
    take: 4,
  });
  return members.map(({ user }) => user.name ?? user.email);
}
