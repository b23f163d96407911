import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import type { UsageReport, UsageSum } from "./contract.ts";
import { findSessionTitles, findUserNames, sumUsageBy } from "./usage-repo.ts";

const dayMs = 24 * 3_600_000;
const maxGroups = 200;
const shownSessions = 50;
const nothing: UsageSum = {
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costMicros: 0,
  unpricedCalls: 0,
};

/** The first moment (UTC) of a range of so many days that ends today. */
export function rangeStart(days: number): Date {
  const today = systemClock.now().toISOString().slice(0, 10);
  return new Date(Date.parse(today) - (days - 1) * dayMs);
}

/** What the workspace has used in the last `days` days, today included, by day, model, member and session. */
export async function usageReport(workspaceId: WorkspaceId, days: number): Promise<UsageReport> {
  const since = rangeStart(days);
  return withTenant(workspaceId, async (tx): Promise<UsageReport> => {
    const byDay = await sumUsageBy(tx, workspaceId, since, "day", days + 1);
    const byModel = await sumUsageBy(tx, workspaceId, since, "model", maxGroups);
    const byMember = await sumUsageBy(tx, workspaceId, since, "userId", maxGroups);
    const bySession = await sumUsageBy(tx, workspaceId, since, "rootSessionId", shownSessions);
    const names = await findUserNames(tx, keysOf(byMember));
    const titles = await findSessionTitles(tx, workspaceId, keysOf(bySession));
    return {
      total: byDay.reduce<UsageSum>(add, nothing),
      days: everyDay(since, days, byDay),
      models: byModel.map(({ key, ...sum }) => ({ model: key ?? "", ...sum })),
      members: byMember.map(({ key, ...sum }) => ({ userId: key, name: names.get(key ?? "") ?? "No member", ...sum })),
      sessions: bySession.map(({ key, ...sum }) => ({ sessionId: key ?? "", title: titles.get(key ?? "") || "Untitled", ...sum })),
    };
  });
}

function keysOf(groups: readonly { readonly key: string | null }[]): string[] {
  return groups.flatMap(({ key }) => key ?? []);
}

function add(sum: UsageSum, one: UsageSum): UsageSum {
  return {
    calls: sum.calls + one.calls,
    inputTokens: sum.inputTokens + one.inputTokens,
    outputTokens: sum.outputTokens + one.outputTokens,
    cacheReadTokens: sum.cacheReadTokens + one.cacheReadTokens,
    cacheWriteTokens: sum.cacheWriteTokens + one.cacheWriteTokens,
    costMicros: sum.costMicros + one.costMicros,
    unpricedCalls: sum.unpricedCalls + one.unpricedCalls,
  };
}

function everyDay(since: Date, days: number, sums: readonly (UsageSum & { key: string | null })[]): (UsageSum & { day: string })[] {
  const known = new Map(sums.map(({ key, ...sum }) => [key, sum]));
  return Array.from({ length: days }, (_, index) => {
    const day = new Date(since.getTime() + index * dayMs).toISOString().slice(0, 10);
    return { day, ...(known.get(day) ?? nothing) };
  });
}
