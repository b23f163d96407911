import { z } from "zod";
import type { SessionId, TurnId, WorkspaceId } from "../../platform/ids.ts";

/** What one model call used; tokens as the provider counted them, money in micro-dollars. */
export interface UsageRecord {
  readonly workspaceId: WorkspaceId;
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  /** the whole model id: `anthropic/claude-sonnet-5-5`, `demo` */
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
  readonly costMicros: number;
  /** false: nobody knows what the call cost */
  readonly priceKnown?: boolean;
}

/** The same as it goes into the ledger. */
export interface RecordedUsage extends UsageRecord {
  /** where the caller has a stable one: the same entry a second time changes nothing */
  readonly id?: string;
  /** what was set aside for the call, of its `finish`: settled with what it cost */
  readonly reservationId?: string;
}

export const budgetScopeSchema = z.enum(["workspace", "member", "session"]);
export type BudgetScope = z.infer<typeof budgetScopeSchema>;
export const budgetPeriodSchema = z.enum(["day", "month", "total"]);
export type BudgetPeriod = z.infer<typeof budgetPeriodSchema>;

/** A limit on what may be spent. `subjectId` names one member (user id) or one session; null means each of them by itself. */
export const saveBudgetSchema = z
  .object({
    scope: budgetScopeSchema,
    subjectId: z.string().min(1).max(60).nullable(),
    period: budgetPeriodSchema,
    /** micro-dollars */
    limitMicros: z.number().int().min(0, "A limit can't be below zero.").max(1_000_000_000_000_000),
  })
  .refine((input) => input.scope !== "workspace" || input.subjectId === null, "The workspace's budget is for all of it.");
export type SaveBudget = z.infer<typeof saveBudgetSchema>;

/** What a budget's subject has spent in the period that runs now; times end in UTC. */
export interface BudgetUse {
  readonly subjectId: string;
  readonly name: string;
  readonly spentMicros: number;
  readonly reservedMicros: number;
}

export interface BudgetView {
  readonly id: string;
  readonly scope: BudgetScope;
  readonly subjectId: string | null;
  readonly subjectName: string | null;
  readonly period: BudgetPeriod;
  readonly limitMicros: number;
  /** those who have spent most first, at most ten */
  readonly uses: readonly BudgetUse[];
}

/** A budget of the caller's, or of the whole workspace, that is nearly or wholly used up. */
export interface BudgetWarning {
  readonly budgetId: string;
  readonly scope: BudgetScope;
  readonly period: BudgetPeriod;
  readonly limitMicros: number;
  readonly spentMicros: number;
  readonly isUsedUp: boolean;
}

export const usageRangeSchema = z.object({ days: z.number().int().min(1).max(366) });

export interface UsageSum {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly costMicros: number;
  /** calls that nobody knew the price of */
  readonly unpricedCalls: number;
}

export interface UsageReport {
  readonly total: UsageSum;
  /** every day of the range, oldest first: `2026-11-22` (UTC) */
  readonly days: readonly (UsageSum & { readonly day: string })[];
  readonly models: readonly (UsageSum & { readonly model: string })[];
  readonly members: readonly (UsageSum & { readonly userId: string | null; readonly name: string })[];
  /** the dearest fifty; sub-agents count to their root */
  readonly sessions: readonly (UsageSum & { readonly sessionId: string; readonly title: string })[];
}
