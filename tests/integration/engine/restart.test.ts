import { Inngest } from "inngest";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort } from "../../../infra/local/free-port.ts";
import { testDatabase } from "../../harness/test-database.ts";
import { type EngineProcess, startEngineProcess } from "./harness/engine-process.ts";
import { Recorder } from "./harness/recorder.ts";
import { type SdkApp, serveSdk } from "./harness/sdk-app.ts";
import { until } from "./harness/suite.ts";

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const recorder = new Recorder();
let url: string;
let port: number;
let engine: EngineProcess;
let app: SdkApp;

const start = (env: Record<string, string> = {}): Promise<EngineProcess> => startEngineProcess({ databaseUrl: url, port, env });
const send = (name: string, data: unknown = {}, id?: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}/e/k`, { method: "POST", body: JSON.stringify({ name, data, id }) });

async function inDatabase<T>(sql: string, values: unknown[] = []): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows as T[];
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  ({ url } = await testDatabase());
  port = await freePort();
  engine = await start();
  const client = new Inngest({ id: "restart", isDev: true, baseUrl: engine.url, eventKey: "k", logger: quiet });
  const on = (name: string) => [{ event: `r/${name}` }];
  app = await serveSdk(client, [
    client.createFunction(
      { id: "waiting", triggers: on("wait"), cancelOn: [{ event: "r/cancel", match: "data.k" }] },
      async ({ event, step }) => {
        const { k } = event.data as { k: string };
        const kept = await step.run("kept", () => `kept ${k}`);
        recorder.note("kept");
        const [go, , signal, called] = await Promise.all([
          step.waitForEvent("go", { event: "r/go", match: "data.k", timeout: "1m" }),
          step.sleep("nap", "1s"),
          step.waitForSignal("signal", { signal: `r-${k}`, timeout: "60s", onConflict: "fail" }),
          step.invoke("call", { function: callee, data: { k } }),
        ]);
        recorder.note(`waited-${k}`, { kept, go: go?.data, signal: signal?.data, called });
      },
    ),
    client.createFunction({ id: "debounced", triggers: on("debounced"), debounce: { period: "2s" } }, ({ event }) =>
      recorder.note("debounced", (event.data as { n: number }).n),
    ),
    client.createFunction({ id: "batched", triggers: on("batched"), batchEvents: { maxSize: 3, timeout: "60s" } }, ({ events }) =>
      recorder.note("batched", events.length),
    ),
    client.createFunction({ id: "limited", triggers: on("limited"), rateLimit: { limit: 1, period: "1m" } }, () =>
      recorder.note("limited"),
    ),
    client.createFunction({ id: "once", triggers: on("once") }, () => recorder.note("once")),
    client.createFunction({ id: "hourly", triggers: [{ cron: "TZ=Europe/Berlin 17 4 1 1 *" }] }, ({ event }) =>
      recorder.note("cron", event),
    ),
    client.createFunction({ id: "ended", triggers: on("ended") }, () => recorder.note("ended")),
    (() => callee)(),
  ]);
  expect((await fetch(app.url, { method: "PUT" })).status).toBe(200);
});
afterAll(async () => {
  await app?.close();
  await engine?.kill("SIGTERM");
});

const helper = new Inngest({ id: "restart", isDev: true, baseUrl: "http://127.0.0.1:1", eventKey: "k", logger: quiet });
const callee = helper.createFunction({ id: "callee", triggers: [{ event: "r/callee" }] }, async ({ event, step }) => {
  await step.sleep("a while", "2s");
  return (event.data as { k: string }).k;
});

it("goes on with waits, sleeps, signals, invocations, debounces and batches after kill -9", async () => {
  await Promise.all([send("r/wait", { k: "a" }), send("r/wait", { k: "b" }), send("r/debounced", { n: 1 }), send("r/debounced", { n: 2 })]);
  await Promise.all([send("r/batched"), send("r/batched"), send("r/limited"), send("r/once", {}, "the-id")]);
  await recorder.wait("kept", 2);
  await Promise.all([recorder.wait("limited"), recorder.wait("once")]);
  // A call whose answer has not been written yet is made again: execution is at least once.
  const ended = "SELECT 1 FROM engine.runs WHERE function_slug IN ('restart-limited', 'restart-once') AND ended_ms IS NOT NULL";
  await until(async () => (await inDatabase(ended)).length === 2, "both ends");
  await until(async () => (await inDatabase("SELECT 1 FROM engine.waits")).length === 6, "the waits");
  await engine.kill("SIGKILL");
  engine = await start();

  await send("r/cancel", { k: "b" });
  await send("r/go", { k: "a", z: 1 });
  await send("r/go", { k: "b" });
  const signal = await fetch(`${engine.url}/v1/signals`, { method: "POST", body: JSON.stringify({ signal: "r-a", data: "s" }) });
  expect(signal.status).toBe(200);
  await Promise.all([send("r/batched"), send("r/limited"), send("r/once", {}, "the-id")]);
  expect(await recorder.wait("waited-a")).toEqual([{ kept: "kept a", go: { k: "a", z: 1 }, signal: "s", called: "a" }]);
  expect(await recorder.wait("batched")).toEqual([3]);
  expect(await recorder.wait("debounced")).toEqual([2]);
  expect(recorder.of("waited-b")).toEqual([]);
  expect(recorder.of("limited")).toHaveLength(1);
  expect(recorder.of("once")).toHaveLength(1);
});

it("runs a schedule that passed while it was away, once", async () => {
  const rows = await inDatabase<{ due_ms: string }>("SELECT due_ms FROM engine.flow WHERE kind = 'cron'");
  expect(new Date(Number(rows[0]?.due_ms)).toISOString()).toMatch(/-01-01T03:17:00\.000Z$/);
  await engine.kill("SIGTERM");
  await inDatabase("UPDATE engine.flow SET due_ms = $1 WHERE kind = 'cron'", [Date.parse("2026-01-01T03:17:00Z")]);
  engine = await start();
  const [event] = (await recorder.wait("cron")) as { name: string; id: string; data: unknown }[];
  expect(event).toMatchObject({
    name: "inngest/scheduled.timer",
    id: "2026-01-01T03:17:00Z",
    data: { cron: "TZ=Europe/Berlin 17 4 1 1 *", fireAt: "2026-01-01T03:17:00Z", scheduledAt: "2026-01-01T03:17:00Z" },
  });
  const next = await inDatabase<{ due_ms: string }>("SELECT due_ms FROM engine.flow WHERE kind = 'cron'");
  expect(Number(next[0]?.due_ms)).toBeGreaterThan(Date.now());
});

it("waits for a lease that another machine holds, and no longer than ten seconds when that one is gone", async () => {
  await engine.kill("SIGTERM");
  await inDatabase("UPDATE engine.lease SET holder = 'elsewhere/pid:[1] 1 1', epoch = epoch + 1, expires_ms = $1", [Date.now() + 9_000]);
  const begun = performance.now();
  engine = await start();
  const waitedMs = performance.now() - begun;
  expect(waitedMs).toBeGreaterThan(7_000);
  expect(waitedMs).toBeLessThan(16_000);
});

it("ends when its lease was taken, and writes nothing more", async () => {
  const ended = new Promise<number | null>((resolve) => engine.process.once("exit", (code) => resolve(code)));
  await inDatabase("UPDATE engine.lease SET holder = 'elsewhere/pid:[1] 2 2', epoch = epoch + 1, expires_ms = 0");
  const before = await inDatabase<{ n: string }>("SELECT count(*) AS n FROM engine.events");
  await send("r/ended").catch(() => undefined);
  expect(await ended).toBe(1);
  expect(await inDatabase("SELECT count(*) AS n FROM engine.events")).toEqual(before);
  engine = await start();
});

it("sweeps runs that ended long ago, and only those", async () => {
  const { Connection } = await import("../../../apps/engine/src/store/connection.ts");
  const { sweep } = await import("../../../apps/engine/src/store/sweep.ts");
  await send("r/ended");
  await recorder.wait("ended");
  await send("r/wait", { k: "stays" });
  await recorder.wait("kept", 3);
  const connection = new Connection(url);
  await until(
    async () => (await inDatabase("SELECT 1 FROM engine.runs WHERE function_slug = 'restart-ended' AND ended_ms IS NOT NULL")).length === 1,
    "the end",
  );
  await until(async () => (await inDatabase("SELECT 1 FROM engine.waits")).length === 3, "the waits");
  expect(await sweep(connection, Date.now() + 1)).toBeGreaterThanOrEqual(6);
  await connection.close();
  const left = await inDatabase<{ function_slug: string }>("SELECT function_slug FROM engine.runs ORDER BY function_slug");
  expect(left.map((row) => row.function_slug)).toEqual(expect.arrayContaining(["restart-waiting"]));
  expect(left.map((row) => row.function_slug)).not.toContain("restart-ended");
  expect(await inDatabase("SELECT 1 FROM engine.events WHERE name = 'r/ended'")).toEqual([]);
  expect(await inDatabase("SELECT 1 FROM engine.events WHERE name = 'r/wait' AND body LIKE '%stays%'")).toHaveLength(1);
});
