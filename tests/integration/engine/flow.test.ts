import type { InngestFunction } from "inngest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Suite, until } from "./harness/suite.ts";

const app = "flow";
let suite: Suite;
const note = (key: string, value?: unknown): void => suite.recorder.note(key, value);
const send = (name: string, data?: unknown, more?: Record<string, unknown>): Promise<string> => suite.send(`${app}/${name}`, data, more);
const on = (name: string) => [{ event: `${app}/${name}` }];
const dataOf = (event: unknown): Record<string, unknown> => (event as { data: Record<string, unknown> }).data;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

beforeAll(async () => {
  suite = await Suite.start();
  const client = suite.client(app);
  const busy = { now: 0, most: 0 };
  const shared = { now: 0, most: 0 };
  const use = async (counter: { now: number; most: number }, key: string): Promise<void> => {
    counter.now += 1;
    counter.most = Math.max(counter.most, counter.now);
    await pause(80);
    counter.now -= 1;
    note(key, counter.most);
  };

  const functions: InngestFunction.Any[] = [
    client.createFunction({ id: "keyed", triggers: on("keyed"), concurrency: { limit: 1, key: "event.data.k" } }, async ({ event }) => {
      if (dataOf(event).k === "one") await use(busy, "keyed");
      else note("other-key");
    }),
    client.createFunction({ id: "shared-1", triggers: on("shared"), concurrency: { scope: "env", key: '"flow-shared"', limit: 1 } }, () =>
      use(shared, "shared"),
    ),
    client.createFunction({ id: "shared-2", triggers: on("shared"), concurrency: { scope: "env", key: '"flow-shared"', limit: 1 } }, () =>
      use(shared, "shared"),
    ),
    client.createFunction({ id: "throttled", triggers: on("throttled"), throttle: { limit: 1, period: "1s" } }, () =>
      note("throttled", Date.now()),
    ),
    client.createFunction(
      { id: "limited", triggers: on("limited"), rateLimit: { limit: 2, period: "30s", key: "event.data.k" } },
      ({ event }) => note(`limited-${dataOf(event).k}`),
    ),
    client.createFunction({ id: "debounced", triggers: on("debounced"), debounce: { period: "1s", key: "event.data.k" } }, ({ event }) =>
      note("debounced", dataOf(event).n),
    ),
    client.createFunction(
      { id: "debounced-late", triggers: on("debounced-late"), debounce: { period: "1h", timeout: "1s" } },
      ({ event }) => note("debounced-late", dataOf(event).n),
    ),
    client.createFunction({ id: "batched", triggers: on("batched"), batchEvents: { maxSize: 3, timeout: "1s" } }, ({ events }) =>
      note(
        "batched",
        (events as unknown[]).map((event) => dataOf(event).n),
      ),
    ),
    client.createFunction(
      { id: "skipping", triggers: on("single"), singleton: { key: "event.data.k", mode: "skip" } },
      async ({ event, step }) => {
        await step.sleep("a while", "1s");
        note("skipping", dataOf(event).n);
      },
    ),
    client.createFunction(
      { id: "replacing", triggers: on("single"), singleton: { key: "event.data.k", mode: "cancel" } },
      async ({ event, step }) => {
        await step.sleep("a while", "1s");
        note("replacing", dataOf(event).n);
      },
    ),
    client.createFunction({ id: "once", triggers: on("once"), idempotency: "event.data.k" }, ({ event }) => note("once", dataOf(event).k)),
    client.createFunction({ id: "by-event-id", triggers: on("by-id") }, () => note("by-id")),
    client.createFunction(
      { id: "important", triggers: on("priority"), concurrency: 1, priority: { run: "event.data.p" } },
      async ({ event }) => {
        await pause(dataOf(event).p === 0 ? 300 : 5);
        note("priority", dataOf(event).p);
      },
    ),
    client.createFunction({ id: "started-late", triggers: on("late"), concurrency: 1, timeouts: { start: "1s" } }, async () => {
      note("late-begun");
      await pause(1_500);
    }),
    client.createFunction({ id: "finished-late", triggers: on("too-long"), timeouts: { finish: "1s" } }, ({ step }) =>
      step.sleep("long", "1h"),
    ),
    client.createFunction(
      { id: "cancelled", triggers: on("cancelled"), cancelOn: [{ event: `${app}/cancel`, match: "data.k" }] },
      ({ step }) => step.sleep("long", "1h"),
    ),
    client.createFunction({ id: "cancel-heard", triggers: [{ event: "inngest/function.cancelled" }] }, ({ event }) =>
      note("cancel-heard", dataOf(event).run_id),
    ),
    client.createFunction(
      { id: "many-triggers", triggers: [...on("m1"), { event: `${app}/m2`, if: "event.data.a == 'yes' && event.data.n > 1" }] },
      ({ event }) => note("many", event.name),
    ),
    client.createFunction({ id: "later", triggers: on("later") }, () => note("later", Date.now())),
    client.createFunction({ id: "wild", triggers: on("wild.*") }, ({ event }) => note("wild", event.name)),
  ];
  await suite.serve(client, functions);
});
afterAll(() => suite.stop());

describe("flow control", () => {
  it.concurrent("limits concurrency by key, and across functions by scope", async () => {
    await Promise.all([send("keyed", { k: "one" }), send("keyed", { k: "one" }), send("keyed", { k: "one" }), send("keyed", { k: "two" })]);
    expect(Math.max(...((await suite.recorder.wait("keyed", 3)) as number[]))).toBe(1);
    await suite.recorder.wait("other-key");
    await Promise.all([send("shared"), send("shared")]);
    expect(Math.max(...((await suite.recorder.wait("shared", 4)) as number[]))).toBe(1);
  });

  it.concurrent("throttles", async () => {
    const sentMs = Date.now();
    await Promise.all([send("throttled"), send("throttled"), send("throttled")]);
    const times = ((await suite.recorder.wait("throttled", 3)) as number[]).map((time) => time - sentMs);
    // Since the sending: the first may begin late, and then the second follows it closely.
    expect(times[1]).toBeGreaterThanOrEqual(1_000);
    expect(times[2]).toBeGreaterThanOrEqual(2_000);
  });

  it.concurrent("drops what is over the rate limit of its key", async () => {
    for (let n = 0; n < 4; n += 1) await send("limited", { k: "a" });
    await send("limited", { k: "b" });
    await suite.recorder.wait("limited-b");
    expect(await suite.recorder.wait("limited-a", 2)).toHaveLength(2);
  });

  it.concurrent("debounces to the newest event", async () => {
    for (let n = 0; n < 3; n += 1) await send("debounced", { k: "x", n });
    for (let n = 0; n < 2; n += 1) await send("debounced-late", { n });
    expect(await suite.recorder.wait("debounced")).toEqual([2]);
    expect(await suite.recorder.wait("debounced-late")).toEqual([1]);
  });

  it.concurrent("batches by size and by time", async () => {
    for (let n = 0; n < 4; n += 1) await send("batched", { n });
    expect(await suite.recorder.wait("batched", 2)).toEqual([[0, 1, 2], [3]]);
  });

  it.concurrent("keeps one run of a singleton: the first, or the last", async () => {
    await send("single", { k: "s", n: 1 });
    await until(async () => suite.isOwn && (await suite.get<{ runs: number }>("/health")).runs > 0, "the first run");
    await send("single", { k: "s", n: 2 });
    expect(await suite.recorder.wait("skipping")).toEqual([1]);
    expect(await suite.recorder.wait("replacing")).toEqual([2]);
  });

  it.concurrent("starts once for an idempotency key and for an event id", async () => {
    for (const k of ["a", "a", "b"]) await send("once", { k });
    await Promise.all([send("by-id", {}, { id: "fixed-1" }), send("by-id", {}, { id: "fixed-1" })]);
    await send("by-id", {}, { id: "fixed-2" });
    expect(await suite.recorder.wait("once", 2)).toEqual(expect.arrayContaining(["a", "b"]));
    expect(await suite.recorder.wait("by-id", 2)).toHaveLength(2);
  });

  it.concurrent("runs the more important first", async () => {
    await send("priority", { p: 0 });
    await Promise.all([send("priority", { p: -100 }), send("priority", { p: 100 })]);
    expect(await suite.recorder.wait("priority", 3)).toEqual([0, 100, -100]);
  });

  it.concurrent("cancels what starts or finishes too late", async () => {
    const first = await send("late");
    await suite.recorder.wait("late-begun");
    const second = await send("late");
    expect((await suite.run(second, "Cancelled")).status).toBe("Cancelled");
    expect((await suite.run(first, "Completed")).status).toBe("Completed");
    expect((await suite.run(await send("too-long"), "Cancelled")).status).toBe("Cancelled");
  });

  it.concurrent("cancels by event and by call, and says so", async () => {
    const ids = await Promise.all([send("cancelled", { k: "c1" }), send("cancelled", { k: "c2" })]);
    const [one] = await Promise.all(ids.map((id) => suite.run(id, "Running")));
    await send("cancel", { k: "c1" });
    await suite.run(ids[0] ?? "", "Cancelled");
    const [other] = await suite.runsOf(ids[1] ?? "");
    expect(other?.status).toBe("Running");
    const response = await fetch(`${suite.baseUrl}/v1/runs/${other?.run_id}`, { method: "DELETE" });
    expect(response.ok).toBe(true);
    await suite.run(ids[1] ?? "", "Cancelled");
    await until(() => [one, other].every((run) => suite.recorder.of("cancel-heard").includes(run?.run_id)), "both cancelled events");
  });

  it.concurrent("starts one run a function for an event, by name, expression and pattern", async () => {
    await Promise.all([send("m1"), send("m2", { a: "no", n: 2 }), send("m2", { a: "yes", n: 2 }), send("m2"), send("wild.x")]);
    expect(await suite.recorder.wait("many", 2)).toEqual(expect.arrayContaining([`${app}/m1`, `${app}/m2`]));
    expect(await suite.recorder.wait("wild")).toEqual([`${app}/wild.x`]);
  });

  it.concurrent("starts a run of an event of the future at that time", async () => {
    const ts = Date.now() + 1_500;
    await send("later", {}, { ts });
    expect(((await suite.recorder.wait("later")) as number[])[0]).toBeGreaterThanOrEqual(ts);
  });
});
