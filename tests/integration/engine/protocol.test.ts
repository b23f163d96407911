import { NonRetriableError } from "inngest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Suite, until } from "./harness/suite.ts";

const app = "wire";
let suite: Suite;

const post = async (
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await fetch(suite.baseUrl + path, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers,
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
};

beforeAll(async () => {
  suite = await Suite.start();
  const client = suite.client(app);
  const echo = client.createFunction({ id: "echo", triggers: [{ event: `${app}/echo` }] }, ({ event }) => {
    suite.recorder.note("echo", event);
    return (event.data as { n?: number }).n ?? null;
  });
  const large = client.createFunction({ id: "large", triggers: [{ event: `${app}/large` }] }, async ({ step }) => {
    const text = await step.run("five megabytes", () => "x".repeat(5 * 1024 * 1024));
    await step.sleep("again", "1s");
    const more = await step.run("more", () => text.length);
    return { length: text.length, more };
  });
  const broken = client.createFunction({ id: "broken", retries: 1, triggers: [{ event: `${app}/broken` }] }, async ({ step }) => {
    await step.run("fine", () => 1);
    throw new NonRetriableError("broken", { cause: new Error("root") });
  });
  const wobbly = client.createFunction({ id: "wobbly", retries: 3, triggers: [{ event: `${app}/wobbly` }] }, async ({ step }) => {
    await step.run("unsure", () => {
      suite.recorder.note("unsure", 1);
      if (suite.recorder.of("unsure").length < 3) throw new Error(`no ${suite.recorder.of("unsure").length}`);
    });
  });
  await suite.serve(client, [echo, large, broken, wobbly]);
});
afterAll(() => suite.stop());

describe("events", () => {
  it("refuses an empty and a reserved name, and takes none of the others in that request", async () => {
    expect(await post("/e/k", { data: {} })).toEqual({ status: 400, body: { ids: [""], status: 400, error: "event name is empty" } });
    const reserved = await post("/e/k", [
      { name: `${app}/echo`, data: { n: -1 } },
      { name: "inngest/foo", data: {} },
    ]);
    expect(reserved).toEqual({
      status: 400,
      body: { ids: [""], status: 400, error: "event name is reserved for internal use: inngest/foo" },
    });
    expect((await post("/e/k", "{")).status).toBe(400);
    expect(suite.recorder.of("echo")).toEqual([]);
  });

  it("gives the ids that the seed says, and starts nothing twice", async () => {
    const seed = { "x-inngest-event-id-seed": "1795360505073,MIdTdcGrcjG34w==" };
    const events = [1, 2].map((n) => ({ name: `${app}/echo`, data: { n }, ts: 1795360505073 }));
    const first = await post("/e/k", events, seed);
    expect(first.body).toEqual({ ids: ["01M81X6F7H623N6XE1NDS33DZ4", "01M81X6F7H623N6XE1NDS33DZ5"], status: 200 });
    expect((await post("/e/k", events, seed)).body).toEqual(first.body);
    await suite.recorder.wait("echo", 2);
    const id = await suite.send(`${app}/echo`, { n: 3 }, { user: { u: 1 }, v: "2" });
    await suite.run(id, "Completed");
    expect(suite.recorder.of("echo")).toHaveLength(3);
    expect(suite.recorder.of("echo")[2]).toMatchObject({ name: `${app}/echo`, data: { n: 3 }, id, user: { u: 1 } });
  });

  it("takes an event of one megabyte", async () => {
    const id = await suite.send(`${app}/echo`, { n: 4, text: "é".repeat(512 * 1024) });
    expect((await suite.run(id, "Completed")).output).toBe(4);
  });

  it("takes NUL and lone surrogates", async () => {
    const id = await suite.send(`${app}/echo`, { n: 5, odd: "\u0000 \ud800" });
    await suite.run(id, "Completed");
    const seen = suite.recorder.of("echo") as { id: string; data: { odd?: string } }[];
    expect(seen.find((event) => event.id === id)?.data.odd).toBe("\u0000 \ud800");
  });
});

describe("state", () => {
  it("is fetched by the SDK when it is large: a step result of five megabytes", async () => {
    const run = await suite.run(await suite.send(`${app}/large`), "Completed");
    expect(run.output).toEqual({ length: 5 * 1024 * 1024, more: 5 * 1024 * 1024 });
  });
});

describe("the read API", () => {
  it("shows a run with its steps, attempts, errors and timings", async () => {
    if (!suite.isOwn) return;
    const { run_id: runId } = await suite.run(await suite.send(`${app}/broken`, { q: 1 }), "Failed");
    const run = await suite.detail(runId);
    expect(run).toMatchObject({
      run_id: runId,
      status: "Failed",
      function_slug: `${app}-broken`,
      error: { name: "NonRetriableError", message: "broken", cause: { message: "root" } },
      events: [{ name: `${app}/broken`, data: { q: 1 } }],
      steps: [{ name: "fine", op: "StepRun", status: "completed", result: { data: 1 } }],
      attempts: [{ attempt: 0, http_status: 400, outcome: "error" }],
    });
    expect(Date.parse(run.attempts?.[0]?.ended_at ?? "")).toBeGreaterThanOrEqual(Date.parse(run.attempts?.[0]?.started_at ?? ""));
    const { data } = await suite.get<{ data: { run_id: string }[] }>(`/v1/runs?function=${app}-broken&status=Failed&limit=5`);
    expect(data.map((entry) => entry.run_id)).toEqual([runId]);
  });

  it("names the step and the error of each attempt that failed", async () => {
    if (!suite.isOwn) return;
    const { run_id: runId } = await suite.run(await suite.send(`${app}/wobbly`), "Completed");
    const { attempts = [] } = await suite.detail(runId);
    const failed = attempts.filter(({ error }) => error !== null);
    expect(failed.map(({ attempt, error }) => [attempt, error])).toEqual([
      [0, { name: "Error", message: "no 1", step: "unsure" }],
      [1, { name: "Error", message: "no 2", step: "unsure" }],
    ]);
  });

  it("answers 404 for what isn't there", async () => {
    if (!suite.isOwn) return;
    expect((await fetch(`${suite.baseUrl}/v1/runs/none`)).status).toBe(404);
    expect((await fetch(`${suite.baseUrl}/v1/runs/none`, { method: "DELETE" })).status).toBe(404);
    expect((await fetch(`${suite.baseUrl}/nothing`)).status).toBe(404);
  });
});

describe("sync", () => {
  const register = (fn: Record<string, unknown>) =>
    post("/fn/register", {
      url: "http://127.0.0.1:9/api/inngest",
      deployType: "ping",
      appName: "refused",
      sdk: "js:v4.24.0",
      v: "0.1",
      functions: [
        {
          id: "refused-fn",
          name: "fn",
          triggers: [{ event: "refused/x" }],
          steps: {
            step: {
              id: "step",
              name: "step",
              runtime: { type: "http", url: "http://127.0.0.1:9/api/inngest?fnId=refused-fn&stepId=step" },
            },
          },
          ...fn,
        },
      ],
    });

  it.each([
    ["an unknown feature", { teleport: { to: "mars" } }, "teleport"],
    ["connect", { steps: { step: { id: "step", name: "step", runtime: { type: "ws", url: "ws://x" } } } }, "runtime.type"],
    ["deferred functions", { triggers: [{ event: "inngest/deferred.schedule" }] }, "deferred functions"],
    ["a broken expression", { triggers: [{ event: "x", expression: "event.data.(" }] }, "not valid CEL"],
    ["a broken schedule", { triggers: [{ cron: "every day" }] }, "not a cron expression"],
    ["a broken duration", { throttle: { limit: 1, period: "soon" } }, "throttle.period"],
    ["batches with a rate limit", { batchEvents: { maxSize: 2, timeout: "1s" }, rateLimit: { limit: 1, period: "1s" } }, "rateLimit"],
  ])("refuses %s by name", async (_, fn, named) => {
    if (!suite.isOwn) return;
    const { status, body } = await register(fn);
    expect(status).toBe(400);
    expect(body.error).toContain("refused-fn");
    expect(body.error).toContain(named);
  });

  it("says whether anything changed", async () => {
    const first = await register({});
    expect(first.body).toMatchObject({ ok: true, modified: true });
    expect((await register({})).body).toMatchObject({ ok: true, modified: false, app_id: first.body.app_id });
  });

  it("no longer starts a function that its app no longer names", async () => {
    const client = suite.client("leaving");
    const make = (id: string) => client.createFunction({ id, triggers: [{ event: "leaving/x" }] }, () => suite.recorder.note(id));
    const app1 = await suite.serve(client, [make("stays"), make("leaves")]);
    await suite.send("leaving/x");
    await Promise.all([suite.recorder.wait("stays"), suite.recorder.wait("leaves")]);
    await app1.close();
    await suite.serve(client, [make("stays")]);
    await suite.send("leaving/x");
    await suite.recorder.wait("stays", 2);
    expect(suite.recorder.of("leaves")).toHaveLength(1);
  });

  it("runs a function whose SDK moved to another address", async () => {
    const client = suite.client("moving");
    const fn = client.createFunction({ id: "fn", triggers: [{ event: "moving/x" }] }, async ({ step }) => {
      await step.sleep("short", "1s");
      suite.recorder.note("moved");
    });
    const before = await suite.serve(client, [fn]);
    const id = await suite.send("moving/x");
    await until(async () => (await suite.runsOf(id)).some((run) => run.status === "Running"), "the run's start");
    await before.close();
    await suite.serve(client, [fn]);
    await suite.run(id, "Completed");
  });
});
