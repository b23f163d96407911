import { rmSync } from "node:fs";
import { dangerouslyAcrossTenants } from "@opencode/core/platform/database/database.ts";
import { env } from "@opencode/core/platform/env.ts";
import { limits } from "@opencode/core/platform/limits.ts";
import { readMachineId } from "@opencode/core/platform/machines/machine-id.ts";
import { addressOf, announceWorker, retireWorker } from "@opencode/core/platform/machines/workers.ts";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";

// Before anything reads the environment, which is read once.
const scratch = await vi.hoisted(async () => {
  const [{ mkdtempSync: make }, { tmpdir }] = await Promise.all([import("node:fs"), import("node:os")]);
  const directory = make(`${tmpdir()}/workers-`);
  process.env.DATA_DIR = directory;
  return directory;
});
const { announceEveryMs, goneAfterMs, knownForMs } = limits.worker;
const own = "http://own:1";
const other = { machineId: "mch_other", address: "http://other:1" };

const sql = (text: string) => dangerouslyAcrossTenants("the test lets time pass", (tx) => tx.$executeRawUnsafe(text));
/** Everything that is known becomes older. */
const pass = (ms: number) =>
  sql(`UPDATE "Worker" SET "heartbeatAt" = "heartbeatAt" - interval '${ms} ms', "heardSince" = "heardSince" - interval '${ms} ms'`);
/** The other machine announces itself, by the database's clock as everybody. */
const otherSpeaks = () => sql(`UPDATE "Worker" SET "heartbeatAt" = now() AT TIME ZONE 'UTC' WHERE "machineId" = '${other.machineId}'`);
async function steadily(forMs: number): Promise<void> {
  for (let passed = 0; passed < forMs; passed += announceEveryMs) {
    await pass(announceEveryMs);
    await announceWorker(own);
  }
}
/** Where the other one is, looked up anew. */
async function whereIsOther(): Promise<string | null> {
  looks += knownForMs * 2;
  return addressOf(other.machineId);
}

let looks = 0;
beforeEach(async () => {
  vi.spyOn(performance, "now").mockImplementation(() => looks);
  await announceWorker(own);
  await sql(`INSERT INTO "Worker" ("machineId", "address", "startedAt", "heartbeatAt", "heardSince")
    SELECT '${other.machineId}', '${other.address}', "startedAt", "heartbeatAt", "heardSince" FROM "Worker"`);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await sql(`DELETE FROM "Worker"`);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test("a machine that is silent while another is heard of is gone, and is there again when it speaks", async () => {
  await steadily(goneAfterMs - announceEveryMs);
  expect(await whereIsOther()).toBe(other.address);
  await steadily(announceEveryMs * 4);
  expect(await whereIsOther()).toBeNull();
  await otherSpeaks();
  expect(await whereIsOther()).toBe(other.address);
});

test("after the database was away nobody is gone who comes back a little later than the others", async () => {
  await steadily(goneAfterMs * 2);
  await otherSpeaks();
  await pass(10 * 60_000);
  // Nobody has announced himself yet.
  expect(await whereIsOther()).toBe(other.address);
  await announceWorker(own);
  expect(await whereIsOther()).toBe(other.address);
  await steadily(goneAfterMs);
  expect(await whereIsOther()).toBe(other.address);
  await steadily(announceEveryMs * 3);
  expect(await whereIsOther()).toBeNull();
});

test("clocks of machines mean nothing", async () => {
  await steadily(goneAfterMs * 2);
  await otherSpeaks();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
  await announceWorker(own);
  expect(await whereIsOther()).toBe(other.address);
});

test("a worker that goes is forgotten when its machine has another; the last one is expected back", async () => {
  const addresses = async () => {
    const rows = await dangerouslyAcrossTenants("the test looks", (tx) =>
      tx.worker.findMany({ where: { machineId: readMachineId(env().DATA_DIR) ?? "" } }),
    );
    return rows.map(({ address }) => address).toSorted();
  };
  await announceWorker("http://own:2");
  expect(await addresses()).toEqual([own, "http://own:2"]);
  await retireWorker("http://own:2");
  await retireWorker(own);
  expect(await addresses()).toEqual([own]);
});
