import { fork } from "node:child_process";
import { join } from "node:path";
import { reapReservations, recordUsage, releaseReservation, reserveBudget } from "@opencode/core/modules/billing/index.ts";
import { dangerouslyAcrossTenants, withTenant } from "@opencode/core/platform/database/database.ts";
import { newId, type SessionId, type TurnId, type WorkspaceId } from "@opencode/core/platform/ids.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { type BillingWorkspace, billingWorkspace, spenderOf } from "./billing-workspace.ts";

let home: BillingWorkspace;
beforeEach(async () => {
  home = await billingWorkspace();
});

const dollars = (amount: number) => Math.round(amount * 1_000_000);
const offer = (amountMicros: number, maxOutputTokens = 1_000) => ({ amountMicros, maxOutputTokens });

async function reserve(sessionId: SessionId, callId: string, offers = [offer(dollars(1))]) {
  const spender = await spenderOf(home.workspaceId, sessionId);
  return reserveBudget({ workspaceId: home.workspaceId, sessionId, spender, callId, offers });
}

async function settle(sessionId: SessionId, reservationId: string | undefined, costMicros: number, turnId: TurnId = newId("turn")) {
  const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
  await withTenant(home.workspaceId, (tx) =>
    recordUsage(tx, {
      workspaceId: home.workspaceId,
      sessionId,
      turnId,
      model: "anthropic/m",
      ...usage,
      costMicros,
      ...(reservationId ? { reservationId } : {}),
    }),
  );
}

async function counters(workspaceId: WorkspaceId) {
  return dangerouslyAcrossTenants("a test looks at counters", (tx) =>
    tx.budgetCounter.findMany({ where: { workspaceId }, orderBy: [{ budgetId: "asc" }, { subjectId: "asc" }] }),
  );
}

describe("a budget", () => {
  it("is never overspent by fifty calls at once that it holds ten of", async () => {
    await home.caller.saveBudget({ scope: "workspace", subjectId: null, period: "month", limitMicros: dollars(10) });
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const outcome = await reserve(home.sessionId, `call_${index}`);
        if ("granted" in outcome) await settle(home.sessionId, outcome.reservationId, dollars(1));
        return outcome;
      }),
    );
    expect(outcomes.filter((outcome) => "granted" in outcome)).toHaveLength(10);
    const [counter] = await counters(home.workspaceId);
    expect(counter).toMatchObject({ spentMicros: BigInt(dollars(10)), reservedMicros: 0n });
  });

  it("says before the call which one is used up, and who can raise it where", async () => {
    await home.caller.saveBudget({ scope: "member", subjectId: null, period: "month", limitMicros: dollars(2) });
    await settle(home.sessionId, undefined, dollars(2));
    const outcome = await reserve(home.sessionId, "call_1");
    expect(outcome).toEqual({
      refused:
        "The call was not made: this month's budget of the member is used up ($2.00 of $2.00 are spent). Olga Owner or Adam Admin can raise it in Settings → Usage.",
    });
    // Another member's money is his own.
    expect(await reserve(home.otherSessionId, "call_2")).toMatchObject({ granted: { amountMicros: dollars(1) } });
  });

  it("takes the shorter answer where the money is short, and counts what was spent before it was set", async () => {
    await settle(home.sessionId, undefined, dollars(3));
    await home.caller.saveBudget({ scope: "session", subjectId: home.sessionId, period: "total", limitMicros: dollars(4) });
    const outcome = await reserve(home.sessionId, "call_1", [offer(dollars(5), 32_000), offer(dollars(0.9), 8_000)]);
    expect(outcome).toMatchObject({ granted: { maxOutputTokens: 8_000 } });
    expect(await reserve(home.sessionId, "call_2", [offer(dollars(0.2))])).toMatchObject({
      refused: expect.stringContaining("set aside for calls under way"),
    });
    if ("granted" in outcome) await releaseReservation(home.workspaceId, outcome.reservationId);
    expect(await reserve(home.sessionId, "call_2", [offer(dollars(0.2))])).toMatchObject({ granted: {} });
  });

  it("counts a sub-agent's calls to its root session and that session's member", async () => {
    await home.caller.saveBudget({ scope: "session", subjectId: null, period: "total", limitMicros: dollars(2) });
    await settle(home.childSessionId, undefined, dollars(1.5));
    expect(await reserve(home.sessionId, "call_1")).toMatchObject({ refused: expect.stringContaining("the budget of this session") });
    const report = await home.caller.usage({ days: 7 });
    expect(report.sessions).toMatchObject([{ sessionId: home.sessionId, costMicros: dollars(1.5) }]);
    expect(report.members).toMatchObject([{ name: "Mia Member", calls: 1 }]);
    expect(report.days.at(-1)).toMatchObject({ costMicros: dollars(1.5) });
    expect(report.days).toHaveLength(7);
  });

  it("of one member takes the place of each member's; a second for the same is the first one changed", async () => {
    await home.caller.saveBudget({ scope: "member", subjectId: null, period: "day", limitMicros: 0 });
    await home.caller.saveBudget({ scope: "member", subjectId: home.memberId, period: "day", limitMicros: 1 });
    await home.caller.saveBudget({ scope: "member", subjectId: home.memberId, period: "day", limitMicros: dollars(50) });
    expect(await reserve(home.sessionId, "call_1")).toMatchObject({ granted: {} });
    expect(await reserve(home.otherSessionId, "call_2")).toMatchObject({ refused: expect.any(String) });
    expect(await home.caller.budgets()).toHaveLength(2);
  });

  it("warns at four fifths, and is shown with those who have spent most", async () => {
    await home.caller.saveBudget({ scope: "workspace", subjectId: null, period: "month", limitMicros: dollars(10) });
    await settle(home.sessionId, undefined, dollars(7.9));
    expect(await home.caller.warnings()).toEqual([]);
    await settle(home.sessionId, undefined, dollars(0.1));
    expect(await home.caller.warnings()).toMatchObject([{ scope: "workspace", spentMicros: dollars(8), isUsedUp: false }]);
    expect(await home.caller.budgets()).toMatchObject([{ uses: [{ name: "The workspace", spentMicros: dollars(8) }] }]);
    await home.caller.saveBudget({ scope: "session", subjectId: null, period: "total", limitMicros: dollars(9) });
    const ofSession = await home.caller.warnings({ sessionId: home.childSessionId });
    expect(ofSession.map(({ scope }) => scope).sort()).toEqual(["session", "workspace"]);
    expect(await home.caller.warnings({ sessionId: home.otherSessionId })).toHaveLength(1);
    const csv = await home.caller.exportCsv({ days: 1 });
    expect(csv.split("\r\n")).toHaveLength(4);
    expect(csv).toContain("Mia Member,anthropic,anthropic/m,1,1,0,0,0,7.900000,true");
  });
});

describe("after a crash", () => {
  it("a process that was killed between reserve and settle gives back what it had set aside", async () => {
    await home.caller.saveBudget({ scope: "workspace", subjectId: null, period: "total", limitMicros: dollars(1) });
    const child = fork(join(import.meta.dirname, "reserve-and-hang-process.ts"), [home.workspaceId, home.sessionId, "call_dead"], {
      stdio: "inherit",
    });
    const outcome = await new Promise((resolve) => child.once("message", resolve));
    expect(outcome).toBe("granted");
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
    expect(await reserve(home.sessionId, "call_2")).toMatchObject({ refused: expect.any(String) });
    // The same call, made again by the process that took the turn over, takes the dead one's place at once.
    expect(await reserve(home.sessionId, "call_dead")).toMatchObject({ granted: {} });
    expect(await reapReservations(new Date())).toBe(0);
    // And where nobody takes it over, its time runs out.
    await reapReservations(new Date(Date.now() + 3_600_000));
    const [counter] = await counters(home.workspaceId);
    expect(counter).toMatchObject({ spentMicros: 0n, reservedMicros: 0n });
    expect(await reserve(home.sessionId, "call_2")).toMatchObject({ granted: {} });
  });
});

it("gives back only what it has set aside itself when somebody else has taken the call over", async () => {
  await home.caller.saveBudget({ scope: "workspace", subjectId: null, period: "total", limitMicros: dollars(2) });
  const [first, second] = [await reserve(home.sessionId, "call_1"), await reserve(home.sessionId, "call_1")];
  if ("refused" in first || "refused" in second) throw new Error("no money");
  const aside = async () => (await counters(home.workspaceId))[0];
  expect(await aside()).toMatchObject({ reservedMicros: BigInt(dollars(1)) });
  // The one that lost its turn comes back: once with nothing, once with an answer that was paid for.
  await releaseReservation(home.workspaceId, first.reservationId);
  await settle(home.sessionId, first.reservationId, dollars(0.5));
  expect(await aside()).toMatchObject({ spentMicros: BigInt(dollars(0.5)), reservedMicros: BigInt(dollars(1)) });
  await settle(home.sessionId, second.reservationId, dollars(0.5));
  expect(await aside()).toMatchObject({ spentMicros: BigInt(dollars(1)), reservedMicros: 0n });
});
