import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync, statSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { destroySandbox } from "@opencode/core/modules/sandbox/destroy-sandbox.ts";
import { placeOf } from "@opencode/core/modules/sandbox/directories.ts";
import { createRuntime, type SandboxRuntime } from "@opencode/core/modules/sandbox/drivers.ts";
import { openSandbox, sandboxIdOf } from "@opencode/core/modules/sandbox/open-sandbox.ts";
import { reapSandboxes } from "@opencode/core/modules/sandbox/reap-sandboxes.ts";
import { readRecord } from "@opencode/core/modules/sandbox/runtime-record.ts";
import { sandboxAvailability } from "@opencode/core/modules/sandbox/sandbox-availability.ts";
import { updateSandboxPolicy } from "@opencode/core/modules/sandbox/settings/sandbox-policy.ts";
import { keepWarmPools } from "@opencode/core/modules/sandbox/warm-pool.ts";
import { dangerouslyAcrossTenants } from "@opencode/core/platform/database/database.ts";
import { newId, type WorkspaceId } from "@opencode/core/platform/ids.ts";
import { limits } from "@opencode/core/platform/limits.ts";
import { afterAll, describe, expect, it } from "vitest";
import { nextCall, refusal, shell } from "./driver-suite.ts";
import { makeSession } from "./tenant-rows.ts";

const dataDirectory = mkdtempSync(join(tmpdir(), "sandbox-life-"));
const runtime: SandboxRuntime = createRuntime({ dataDirectory, driver: "auto", dockerImage: "none" });
const available = (await sandboxAvailability(runtime)).available;
if (!available) console.error("\n*** The life of sandboxes is NOT tested: no driver works here ***\n");

const keys: Awaited<ReturnType<typeof makeSession>>[] = [];
async function session(workspaceId?: WorkspaceId) {
  const key = await makeSession(workspaceId);
  keys.push(key);
  return key;
}

const fill = (directory: string) => writeFile(join(directory, "filled.txt"), "once\n", { flag: "ax" });
const rowOf = (sessionId: string) =>
  dangerouslyAcrossTenants("the test looks at the row", (tx) => tx.sandbox.findFirstOrThrow({ where: { sessionId } }));

describe.skipIf(!available)("the life of a session's sandbox", () => {
  afterAll(async () => {
    for (const key of keys) await destroySandbox(key, runtime);
    expect(readdirSync(join(dataDirectory, "sandboxes"))).toEqual([]);
    rmSync(dataDirectory, { recursive: true, force: true });
  });

  it("is created once for two that ask at the same moment, and found again", async () => {
    const key = await session();
    let filled = 0;
    const counted = async (directory: string) => {
      filled += 1;
      await fill(directory);
    };
    const [one, two] = await Promise.all([
      openSandbox({ ...key, fill: counted }, runtime),
      openSandbox({ ...key, fill: counted }, runtime),
    ]);
    expect(one.id).toBe(two.id);
    expect(filled).toBe(1);
    expect((await shell(one, "cat filled.txt; echo more >> filled.txt")).output).toBe("once\n");
    const three = await openSandbox({ ...key, fill: counted }, runtime);
    expect((await shell(three, "cat filled.txt")).output).toBe("once\nmore\n");
    expect(filled).toBe(1);
    expect(await rowOf(key.sessionId)).toMatchObject({ state: "ready", error: null });
    await Promise.all([one, two, three].map((box) => box.close()));
  });

  it("is created once for two workers", async () => {
    const key = await session();
    const workers = [1, 2].map((number) =>
      worker([key.workspaceId, key.sessionId, `w${number}`, "cat filled.txt; sleep 0.2; ls -d /proc/[0-9]* | wc -l"]),
    );
    for (const { ended, said } of workers) {
      await ended;
      expect(said()).toContain("once\n");
      expect(said()).toContain('"exitCode":0');
    }
    expect((await rowOf(key.sessionId)).state).toBe("ready");
  });

  it("is created at once when the worker that was creating it was killed", async () => {
    const key = await session();
    const first = worker([key.workspaceId, key.sessionId, nextCall(), "hang"]);
    await expect.poll(first.said, { timeout: 20_000 }).toContain("filling");
    expect((await rowOf(key.sessionId)).state).toBe("creating");
    first.child.kill("SIGKILL");
    await first.ended;
    const startedMs = performance.now();
    const box = await openSandbox({ ...key, fill }, runtime);
    // Far below the time after which a lease is stale.
    expect(performance.now() - startedMs).toBeLessThan(limits.sandbox.creatingStaleMs / 3);
    expect((await shell(box, "cat filled.txt")).output).toBe("once\n");
    expect(readdirSync(placeOf(dataDirectory, box.id).root).filter((name) => name.includes("filling"))).toEqual([]);
    await box.close();
  });

  describe("when the database does not take how a lease has ended", () => {
    const sql = (text: string) => dangerouslyAcrossTenants("the test plays a database that fails", (tx) => tx.$executeRawUnsafe(text));
    const refuse = (sessionId: string, state: string) =>
      sql(`ALTER TABLE "Sandbox" ADD CONSTRAINT "away" CHECK ("sessionId" <> '${sessionId}' OR state <> '${state}') NOT VALID`);
    const accept = () => sql(`ALTER TABLE "Sandbox" DROP CONSTRAINT "away"`);
    // The lease itself would still be fresh for long.
    const settles = (sessionId: string) =>
      expect.poll(async () => (await rowOf(sessionId)).state, { timeout: limits.sandbox.creatingStaleMs / 2 });

    it("is created at once after a failure, as soon as the database is back", async () => {
      const key = await session();
      const broken = async () => {
        await refuse(key.sessionId, "failed");
        throw new Error("the database is away");
      };
      await expect(openSandbox({ ...key, fill: broken }, runtime)).rejects.toThrow("could not be started");
      expect((await rowOf(key.sessionId)).state).toBe("creating");
      await accept();
      await settles(key.sessionId).toBe("failed");
      const box = await openSandbox({ ...key, fill }, runtime);
      expect((await shell(box, "cat filled.txt")).output).toBe("once\n");
      await box.close();
    });

    it("wakes at once, and is destroyed at once", async () => {
      const key = await session();
      await (await openSandbox({ ...key, fill }, runtime)).close();
      await refuse(key.sessionId, "hibernated");
      await reapSandboxes(new Date(Date.now() + limits.sandbox.idleMs + 1_000), runtime);
      expect((await rowOf(key.sessionId)).state).toBe("creating");
      await accept();
      await settles(key.sessionId).toBe("hibernated");
      await (await openSandbox({ ...key, fill }, runtime)).close();
      await refuse(key.sessionId, "destroyed");
      await expect(destroySandbox(key, runtime)).rejects.toThrow();
      await accept();
      await settles(key.sessionId).toBe("destroyed");
    });
  });

  it("inherits no open file of the worker", async () => {
    const key = await session();
    const { ended, said } = worker([
      key.workspaceId,
      key.sessionId,
      nextCall(),
      "ls -l /proc/self/fd /proc/1/fd | grep -E 'socket|pipe|deleted|life' | wc -l; readlink /proc/self/fd/30",
    ]);
    await ended;
    // the two ends of its own output, in both processes at most
    expect(Number(/^\d+/.exec(said())?.[0])).toBeLessThanOrEqual(5);
    expect(said()).not.toContain("fd-canary");
  });

  it("goes on with its command when the worker is killed; the next worker gets the result, and nothing ran twice", async () => {
    const key = await session();
    const callId = nextCall();
    const command = "echo run >> ran.txt; echo started; sleep 1; echo finished; cat ran.txt";
    const first = worker([key.workspaceId, key.sessionId, callId, command]);
    await expect.poll(first.said, { timeout: 20_000 }).toContain("started");
    first.child.kill("SIGKILL");
    await first.ended;
    const box = await openSandbox({ ...key, fill }, runtime);
    const result = await box.exec({ callId, command, timeoutMs: 60_000 });
    expect(result).toMatchObject({ exitCode: 0, output: "started\nfinished\nrun\n" });
    expect((await shell(box, "cat ran.txt")).output).toBe("run\n");
    await box.close();
  });

  it("keeps the result of a command that ended while no worker was there", async () => {
    const key = await session();
    const callId = nextCall();
    const first = worker([key.workspaceId, key.sessionId, callId, "echo started; sleep 0.3; echo $$ > done.txt; echo finished"]);
    await expect.poll(first.said, { timeout: 20_000 }).toContain("started");
    first.child.kill("SIGKILL");
    const done = join(placeOf(dataDirectory, sandboxIdOf(key.sessionId)).workspace, "done.txt");
    await expect.poll(() => existsSync(done)).toBe(true);
    const box = await openSandbox({ ...key, fill }, runtime);
    expect(await box.exec({ callId, command: "echo other", timeoutMs: 1_000 })).toMatchObject({
      exitCode: 0,
      output: "started\nfinished\n",
    });
    await box.close();
  });

  it("comes back over its kept workspace when its processes were killed, and says that a call was interrupted", async () => {
    const key = await session();
    const box = await openSandbox({ ...key, fill }, runtime);
    const place = placeOf(dataDirectory, box.id);
    const request = { callId: nextCall(), command: "echo kept > kept.txt; echo up; sleep 60", timeoutMs: 90_000 };
    const up = Promise.withResolvers<void>();
    const running = box.exec(request, { onOutput: () => up.resolve() });
    await up.promise;
    process.kill((await readRecord(place))?.process?.pid ?? 0, "SIGKILL");
    expect(await running).toMatchObject({ interrupted: true });
    const again = await openSandbox({ ...key, fill }, runtime);
    expect(await again.exec(request)).toMatchObject({ interrupted: true });
    expect((await shell(again, "cat kept.txt filled.txt")).output).toBe("kept\nonce\n");
    expect((await rowOf(key.sessionId)).state).toBe("resumed");
    await again.close();
  });

  it("is there again for those who have it open", async () => {
    const key = await session();
    const box = await openSandbox({ ...key, fill }, runtime);
    await box.writeFile(nextCall(), "mine.txt", "mine\n");
    await runtime.drivers.bubblewrap.stop(placeOf(dataDirectory, box.id));
    expect(Buffer.from((await box.readFile("mine.txt")).content).toString()).toBe("mine\n");
    expect(await shell(box, "cat mine.txt")).toMatchObject({ exitCode: 0, output: "mine\n" });
    await box.close();
  });

  it("is never replaced by an empty one", async () => {
    const key = await session();
    const box = await openSandbox({ ...key, fill }, runtime);
    const place = placeOf(dataDirectory, box.id);
    await runtime.drivers.bubblewrap.stop(place);
    await rename(place.workspace, `${place.workspace}.away`);
    expect(await refusal(box.stat("."))).toBe("UNAVAILABLE");
    expect(await refusal(openSandbox({ ...key, fill }, runtime))).toBe("UNAVAILABLE");
    expect(await rowOf(key.sessionId)).toMatchObject({ state: "failed", error: expect.stringContaining("gone") });
    expect(existsSync(place.workspace)).toBe(false);
    await rename(`${place.workspace}.away`, place.workspace);
    const again = await openSandbox({ ...key, fill }, runtime);
    expect((await shell(again, "cat filled.txt")).output).toBe("once\n");
    await again.close();
  });

  it("begins again after a filling that failed", async () => {
    const key = await session();
    const half = async (directory: string) => {
      await writeFile(join(directory, "half.txt"), "x");
      throw new Error("the clone broke");
    };
    expect(await refusal(openSandbox({ ...key, fill: half }, runtime))).toBe("UNAVAILABLE");
    expect(await rowOf(key.sessionId)).toMatchObject({ state: "failed" });
    const box = await openSandbox({ ...key, fill }, runtime);
    expect(await box.list(".")).toEqual([{ path: "filled.txt", kind: "file" }]);
    await box.close();
  });

  it("hibernates when nobody uses it and wakes over the same workspace", async () => {
    const key = await session();
    const box = await openSandbox({ ...key, fill }, runtime);
    for (let call = 0; call < 20; call += 1) await shell(box, "echo awake > state.txt");
    await box.close();
    expect((await reapSandboxes(new Date(), runtime)).hibernated).toBe(0);
    const later = new Date(Date.now() + limits.sandbox.idleMs + 1_000);
    expect((await reapSandboxes(later, runtime)).hibernated).toBeGreaterThanOrEqual(1);
    expect((await rowOf(key.sessionId)).state).toBe("hibernated");
    expect(await readRecord(placeOf(dataDirectory, box.id))).toBeNull();
    const again = await openSandbox({ ...key, fill }, runtime);
    // As many as one life makes ready ahead, and more: what the last life left behind is in nobody's way.
    for (let call = 0; call < 40; call += 1) expect((await shell(again, "cat state.txt")).output).toBe("awake\n");
    await again.close();
  });

  it("is removed after its retention, and made again from what was recorded", async () => {
    const key = await session();
    const box = await openSandbox({ ...key, fill }, runtime);
    await box.close();
    const later = (days: number) => new Date(Date.now() + days * 24 * 3_600_000);
    await reapSandboxes(later(1), runtime);
    expect((await reapSandboxes(later(29), runtime)).destroyed).toBe(0);
    expect((await reapSandboxes(later(31), runtime)).destroyed).toBeGreaterThanOrEqual(1);
    expect((await rowOf(key.sessionId)).state).toBe("destroyed");
    expect(existsSync(placeOf(dataDirectory, box.id).root)).toBe(false);
    const again = await openSandbox({ ...key, fill }, runtime);
    expect((await shell(again, "cat filled.txt")).output).toBe("once\n");
    await again.close();
  });

  it("is taken from those that were started ahead, each by one session", async () => {
    const key = await session();
    const warmPool = (size: number) =>
      updateSandboxPolicy({ workspaceId: key.workspaceId, actorId: newId("user"), change: { warmPool: size } });
    const warm = () => readdirSync(join(dataDirectory, "sandboxes")).filter((name) => name.startsWith(`warm_${key.workspaceId}`));
    await warmPool(2);
    await keepWarmPools(runtime);
    await keepWarmPools(runtime);
    expect(warm()).toHaveLength(2);
    const colleagues = [key, await session(key.workspaceId), await session(key.workspaceId)];
    const boxes = await Promise.all(colleagues.map((one) => openSandbox({ ...one, fill }, runtime)));
    expect(warm()).toHaveLength(0);
    for (const [index, box] of boxes.entries()) {
      const { output } = await shell(box, `cat filled.txt; echo ${index} > mine.txt; ls; id -u`);
      expect(output).toBe("once\nfilled.txt\nmine.txt\n1000\n");
    }
    if (process.getuid?.() === 0) {
      const owners = new Set(boxes.map((box) => statSync(join(placeOf(dataDirectory, box.id).workspace, "mine.txt")).uid));
      expect(owners.size).toBe(3);
    }
    await Promise.all(boxes.map((box) => box.close()));
    // It sleeps and wakes like any other.
    await reapSandboxes(new Date(Date.now() + limits.sandbox.idleMs + 1_000), runtime);
    const again = await openSandbox({ ...key, fill }, runtime);
    expect((await shell(again, "cat filled.txt mine.txt")).output).toBe("once\n0\n");
    await again.close();
    await keepWarmPools(runtime);
    expect(warm()).toHaveLength(2);
    await warmPool(0);
    await keepWarmPools(runtime);
    expect(warm()).toHaveLength(0);
  });

  it("does not hibernate while a command runs", async () => {
    const key = await session();
    const box = await openSandbox({ ...key, fill }, runtime);
    const up = Promise.withResolvers<void>();
    const running = box.exec(
      { callId: nextCall(), command: "echo up; sleep 1; echo end", timeoutMs: 10_000 },
      { onOutput: () => up.resolve() },
    );
    await up.promise;
    await reapSandboxes(new Date(Date.now() + limits.sandbox.idleMs + 1_000), runtime);
    expect(await running).toMatchObject({ exitCode: 0, output: "up\nend\n" });
    await box.close();
  });

  it("is destroyed with all that belongs to it, and a destroyed one begins anew", async () => {
    const key = await session();
    const box = await openSandbox({ ...key, fill }, runtime);
    await shell(box, "rm filled.txt");
    await destroySandbox(key, runtime);
    await destroySandbox(key, runtime);
    // Who still has it open does not bring it back.
    expect(await refusal(box.stat("."))).toBe("NOT_FOUND");
    expect(existsSync(placeOf(dataDirectory, box.id).root)).toBe(false);
    expect((await rowOf(key.sessionId)).state).toBe("destroyed");
    const again = await openSandbox({ ...key, fill }, runtime);
    expect((await shell(again, "cat filled.txt")).output).toBe("once\n");
    await again.close();
  });

  it("is removed by the reaper when its session is gone", async () => {
    const key = await session();
    const box = await openSandbox({ ...key, fill }, runtime);
    await box.close();
    const place = placeOf(dataDirectory, box.id);
    const record = await readRecord(place);
    await dangerouslyAcrossTenants("the test removes a tenant", (tx) => tx.session.deleteMany({ where: { id: key.sessionId } }));
    expect((await reapSandboxes(new Date(), runtime)).removed).toBe(0); // it may be just being made
    expect((await reapSandboxes(new Date(Date.now() + limits.sandbox.orphanGraceMs * 2), runtime)).removed).toBe(1);
    expect(existsSync(place.root)).toBe(false);
    expect(existsSync(`/proc/${record?.process?.pid}`)).toBe(false);
  });

  it("is not removed by the reaper of the machine that makes it again, however long that takes", async () => {
    const key = await session();
    await (await openSandbox({ ...key, fill }, runtime)).close();
    const update = (data: object) =>
      dangerouslyAcrossTenants("the test moves it", (tx) => tx.sandbox.updateMany({ where: { sessionId: key.sessionId }, data }));
    const later = new Date(Date.now() + limits.sandbox.orphanGraceMs * 2);
    await update({ machineId: "mch_other", state: "creating", heartbeatAt: later });
    expect((await reapSandboxes(later, runtime)).removed).toBe(0);
    await update({ state: "failed" });
    expect((await reapSandboxes(later, runtime)).removed).toBe(1);
  });

  it("gives another tenant nothing", async () => {
    const [mine, theirs] = [await session(), await session()];
    const box = await openSandbox({ ...mine, fill }, runtime);
    expect(await refusal(openSandbox({ workspaceId: theirs.workspaceId, sessionId: mine.sessionId, fill }, runtime))).not.toBe(
      "it was allowed",
    );
    await destroySandbox({ workspaceId: theirs.workspaceId, sessionId: mine.sessionId }, runtime);
    expect((await shell(box, "cat filled.txt")).output).toBe("once\n");
    await box.close();
  });
});

function worker(args: string[]): { child: ChildProcess; ended: Promise<unknown>; said: () => string } {
  const file = fileURLToPath(new URL("./worker-process.ts", import.meta.url));
  // As from a careless supervisor: an open file that the worker doesn't know of. Node itself takes care of the low numbers.
  const canary = openSync(join(dataDirectory, "fd-canary"), "a");
  const extra = Array.from({ length: 27 }, () => "ignore" as const);
  const child = spawn(process.execPath, ["--no-warnings", file, dataDirectory, ...args], {
    stdio: ["ignore", "pipe", "inherit", ...extra, canary],
  });
  closeSync(canary);
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { child, ended: new Promise((resolve) => child.once("close", resolve)), said: () => text };
}
