import { readdir, stat } from "node:fs/promises";
import { dangerouslyAcrossTenants } from "../../platform/database/database.ts";
import { limits } from "../../platform/limits.ts";
import { logger } from "../../platform/logger.ts";
import { liveWorkers, machineGone } from "../../platform/machines/workers.ts";
import { detach } from "./attachment.ts";
import { runningCalls } from "./companions.ts";
import type { SandboxPolicy } from "./contract.ts";
import { placeOf, removePlace, sandboxesDirectory } from "./directories.ts";
import { type SandboxRuntime, sandboxRuntime } from "./drivers.ts";
import { isLiving, planReaping } from "./policy.ts";
import { keptSandboxIds, listLost, listReapable, type SandboxRow, transition } from "./repo.ts";
import { readRecord } from "./runtime-record.ts";
import { findPoliciesOf } from "./settings/repo.ts";
import { completePolicy } from "./settings/sandbox-policy.ts";
import { settleLease } from "./settle-lease.ts";
import { endWarmPools } from "./warm-pool.ts";

const dayMs = 24 * 3_600_000;

export interface Reaped {
  readonly hibernated: number;
  readonly failed: number;
  readonly destroyed: number;
  readonly removed: number;
}

const reason = "the reaper looks after the sandboxes of all tenants on this machine";

/**
 * Drops the processes of sandboxes that nobody uses (the workspace stays), gives up on creations that nobody pursues, and
 * removes what no row knows any more. One worker a machine calls it from time to time; two at once do no harm.
 */
export async function reapSandboxes(now: Date, runtime: SandboxRuntime = sandboxRuntime()): Promise<Reaped> {
  const done = { hibernated: 0, failed: 0, destroyed: 0 };
  const shortestRetentionMs = dayMs;
  for await (const rows of reapable(runtime, new Date(now.getTime() - shortestRetentionMs))) {
    const ids = [...new Set(rows.map((row) => row.workspaceId))];
    const policies = await dangerouslyAcrossTenants(reason, (tx) => findPoliciesOf(tx, ids));
    for (const row of rows) {
      // One that can't be reaped (its driver is gone) is in nobody's way.
      const outcome = await reap(row, completePolicy(policies.get(row.workspaceId)), { now, runtime }).catch((error: unknown) => {
        logger.error({ err: error, sandboxId: row.id }, "a sandbox could not be reaped");
        return null;
      });
      if (outcome) done[outcome] += 1;
    }
  }
  done.failed += await reportLost(now, runtime);
  return { ...done, removed: await removeUnknown(now, runtime) };
}

const pageSize = 500;

/** All of them, however many rest there: those that do nothing yet must not hide the others. */
async function* reapable(runtime: SandboxRuntime, restingSince: Date): AsyncGenerator<SandboxRow[]> {
  for (let after = ""; ; ) {
    const page = { machineId: runtime.machineId(), restingSince, after, take: pageSize };
    const rows = await dangerouslyAcrossTenants(reason, (tx) => listReapable(tx, page));
    yield rows;
    if (rows.length < pageSize) return;
    after = rows.at(-1)?.id ?? "";
  }
}

async function reap(
  row: SandboxRow,
  { idleMinutes, retentionDays }: SandboxPolicy,
  { now, runtime }: { now: Date; runtime: SandboxRuntime },
): Promise<"hibernated" | "destroyed" | "failed" | null> {
  const patience = { idleMs: idleMinutes * 60_000, retentionMs: retentionDays * dayMs, creatingStaleMs: limits.sandbox.creatingStaleMs };
  const plan = planReaping(row, now, patience);
  if (plan === "hibernate") return (await hibernate(row, runtime)) ? "hibernated" : null;
  if (plan === "destroy") return (await destroy(row, runtime)) ? "destroyed" : null;
  return plan === "fail" && (await giveUp(row, now)) ? "failed" : null;
}

/** Sandboxes of machines that nobody hears of any more are not running: their sessions are told so, and what to do. */
async function reportLost(now: Date, runtime: SandboxRuntime): Promise<number> {
  const there = (await liveWorkers()).map(({ machineId }) => machineId);
  const silentSince = new Date(now.getTime() - limits.worker.goneAfterMs);
  const lost = await dangerouslyAcrossTenants(reason, (tx) => listLost(tx, [...there, runtime.machineId()], silentSince));
  const { message: error } = machineGone();
  let reported = 0;
  for (const row of lost) {
    if (await dangerouslyAcrossTenants(reason, (tx) => transition(tx, row, { state: "failed", now, error }))) reported += 1;
  }
  return reported;
}

/**
 * Drops the processes of every sandbox of this machine in which nothing runs, however lately it was used: for a machine that
 * is switched off as a whole. Their workspaces stay, and the next call wakes them. Answers how many were dropped.
 */
export async function hibernateSandboxes(runtime: SandboxRuntime = sandboxRuntime()): Promise<number> {
  await endWarmPools(runtime);
  let dropped = 0;
  for await (const rows of reapable(runtime, new Date(0))) {
    const outcomes = await Promise.all(rows.filter((row) => isLiving(row.state)).map((row) => hibernate(row, runtime)));
    dropped += outcomes.filter(Boolean).length;
  }
  return dropped;
}

async function hibernate(row: SandboxRow, runtime: SandboxRuntime): Promise<boolean> {
  const place = placeOf(runtime.dataDirectory, row.id);
  const driver = runtime.drivers[row.driver];
  if ((await runningCalls(driver, place)).length > 0) return false; // a command outlives the worker that began it: it ends by its own time limit
  const claimed = await dangerouslyAcrossTenants(reason, (tx) => transition(tx, row, { state: "creating", now: new Date() }));
  if (!claimed) return false;
  detach(place);
  await driver.stop(place);
  return settled(claimed, { state: "hibernated" });
}

/** What was recorded of its work stays: the next use makes the sandbox again from that. */
async function destroy(row: SandboxRow, runtime: SandboxRuntime): Promise<boolean> {
  const claimed = await dangerouslyAcrossTenants(reason, (tx) => transition(tx, row, { state: "creating", now: new Date() }));
  if (!claimed) return false;
  const place = placeOf(runtime.dataDirectory, row.id);
  await runtime.drivers[row.driver].stop(place);
  await removePlace(place);
  return settled(claimed, { state: "destroyed", filled: false });
}

async function settled(claimed: SandboxRow, change: { state: "hibernated" } | { state: "destroyed"; filled: false }): Promise<boolean> {
  const record = () => dangerouslyAcrossTenants(reason, (tx) => transition(tx, claimed, { ...change, now: new Date() }));
  return (await settleLease(record)) !== null;
}

async function giveUp(row: SandboxRow, now: Date): Promise<boolean> {
  const error = "Its creation was begun and not pursued: the worker that did it is gone.";
  return (await dangerouslyAcrossTenants(reason, (tx) => transition(tx, row, { state: "failed", now, error }))) !== null;
}

/** Directories and processes of sandboxes whose row is gone or destroyed, once they are old enough not to be just being made. */
async function removeUnknown(now: Date, runtime: SandboxRuntime): Promise<number> {
  const names = await readdir(sandboxesDirectory(runtime.dataDirectory)).catch(() => []);
  if (names.length === 0) return 0;
  const leasedSince = new Date(now.getTime() - limits.sandbox.orphanGraceMs);
  const kept = await dangerouslyAcrossTenants(reason, (tx) => keptSandboxIds(tx, runtime.machineId(), names, leasedSince));
  let removed = 0;
  for (const name of names.filter((candidate) => /^(sbx|making|ending)_/.test(candidate) && !kept.has(candidate))) {
    const place = placeOf(runtime.dataDirectory, name);
    const age = now.getTime() - ((await stat(place.root).catch(() => null))?.ctimeMs ?? now.getTime());
    if (age < limits.sandbox.orphanGraceMs) continue;
    const record = await readRecord(place);
    logger.info({ sandboxId: name }, "removing a sandbox that no session has any more");
    try {
      await runtime.drivers[record?.driver ?? "bubblewrap"].stop(place);
      await removePlace(place);
      removed += 1;
    } catch (error) {
      logger.error({ err: error, sandboxId: name }, "a sandbox that no session has any more could not be removed");
    }
  }
  return removed;
}
