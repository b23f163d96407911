import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { processIdentity } from "../../platform/process-identity.ts";
import { exclusive } from "./exclusive.ts";

const scratch = await mkdtemp(join(tmpdir(), "exclusive-"));
afterAll(() => rm(scratch, { recursive: true, force: true }));

const times = { pollMs: 1, renewMs: 10_000, staleAfterMs: 60 };
const [place = "", , ticks = ""] = (processIdentity() ?? "").split(" ");
const deadPid = spawnSync("true").pid;
const elsewhere = "boot-of-another/pid:[1] 1 1";

/** A thing that somebody else holds. */
async function heldBy(identity: string, name: string) {
  const path = join(scratch, name);
  await mkdir(`${path}.lock`);
  const file = join(`${path}.lock`, "theirs");
  await writeFile(file, identity);
  return { path, file };
}

test.skipIf(place === "")("what a process left that is gone is taken at once", async () => {
  const { path } = await heldBy(`${place} ${deadPid} ${ticks}`, "dead");
  expect(await exclusive(path, async () => "done", { ...times, staleAfterMs: 3_600_000 })).toBe("done");
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test("a holder in another container is waited for, for as long as it renews its lock", async () => {
  const { path, file } = await heldBy(elsewhere, "elsewhere");
  let isOver = false;
  const work = exclusive(path, async () => isOver, times);
  for (let renewal = 1; renewal <= 40; renewal++) {
    await delay(10);
    // However wrong its clock goes.
    await utimes(file, renewal, renewal);
  }
  isOver = true;
  await rm(file);
  expect(await work).toBe(true);
});

test("one that renews no more is given up", async () => {
  const { path } = await heldBy(elsewhere, "silent");
  expect(await exclusive(path, async () => "done", times)).toBe("done");
});

test("a holder whose lock was broken leaves the next one's alone", async () => {
  const path = join(scratch, "broken");
  await exclusive(
    path,
    async () => {
      await rm(`${path}.lock`, { recursive: true });
      await heldBy(elsewhere, "broken");
    },
    times,
  );
  expect(await readdir(`${path}.lock`)).toEqual(["theirs"]);
  expect(await readFile(join(`${path}.lock`, "theirs"), "utf8")).toBe(elsewhere);
});
