import { NonRetriableError, RetryAfterError } from "inngest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Suite } from "./harness/suite.ts";

let suite: Suite;
beforeAll(async () => {
  suite = await Suite.start();
});
afterAll(() => suite.stop());

describe.each([
  { mode: "with checkpointing", app: "steps", checkpointing: true },
  { mode: "without checkpointing", app: "plain", checkpointing: false },
])("steps $mode", ({ app, checkpointing }) => {
  const note = (key: string, value?: unknown): void => suite.recorder.note(`${app}/${key}`, value);
  const wait = (key: string, count?: number): Promise<unknown[]> => suite.recorder.wait(`${app}/${key}`, count);
  const send = (name: string, data?: unknown): Promise<string> => suite.send(`${app}/${name}`, data);

  beforeAll(async () => {
    const client = suite.client(app, { checkpointing });
    const on = (name: string) => [{ event: `${app}/${name}` }];

    const sequence = client.createFunction({ id: "sequence", triggers: on("sequence") }, async ({ step }) => {
      const a = await step.run("a", () => ({ x: 1, d: new Date(0) }));
      const same: number[] = [];
      for (let index = 0; index < 3; index += 1) same.push(await step.run("same", () => index));
      const nothing = await step.run("nothing", () => undefined);
      return { a, same, nothing };
    });
    const parallel = client.createFunction({ id: "parallel", triggers: on("parallel") }, async ({ step }) => {
      const all = await Promise.all(["p1", "p2", "p3"].map((id, index) => step.run(id, () => index + 1)));
      return { all, after: await step.run("after", () => "after") };
    });
    const nested = client.createFunction({ id: "nested", triggers: on("nested") }, async ({ step }) => {
      const left = async (): Promise<number> => {
        const first = await step.run("l1", () => 1);
        await step.sleep("ls", "1s");
        return first + (await step.run("l2", () => 1));
      };
      const right = async (): Promise<number> => (await step.run("r1", () => 10)) + (await step.run("r2", () => 1));
      const [a, b] = await Promise.all([left(), right()]);
      return a + b;
    });
    const sleeper = client.createFunction({ id: "sleeper", triggers: on("sleep") }, async ({ step }) => {
      const begun = await step.run("begun", () => Date.now());
      await step.sleep("nap", "1s");
      await step.sleepUntil("until", new Date(begun + 1_500));
      return { sleptMs: Date.now() - begun };
    });
    const waiter = client.createFunction({ id: "waiter", triggers: on("wait") }, async ({ step }) => {
      const hit = await step.waitForEvent("hit", { event: `${app}/go`, timeout: "20s", if: "async.data.k == event.data.k" });
      const missed = await step.waitForEvent("missed", { event: `${app}/never`, timeout: "1s" });
      return { hit: hit?.data, missed };
    });
    const signaled = client.createFunction({ id: "signaled", triggers: on("signal") }, async ({ step }) => {
      const signal = await step.waitForSignal("s", { signal: `${app}-signal`, timeout: "20s", onConflict: "fail" });
      const missed = await step.waitForSignal("m", { signal: `${app}-missed`, timeout: "1s", onConflict: "fail" });
      return { signal, missed };
    });
    const callee = client.createFunction({ id: "callee", retries: 0, triggers: on("callee") }, async ({ event, step }) => {
      const { fail, v } = event.data as { fail?: boolean; v?: number };
      await step.run("work", () => 1);
      if (fail) throw new NonRetriableError("callee says no");
      return { got: v };
    });
    const napping = client.createFunction({ id: "napping", triggers: on("napping") }, async ({ step }) => step.sleep("long", "1h"));
    const caller = client.createFunction({ id: "caller", triggers: on("call") }, async ({ step }) => {
      const good = await step.invoke("good", { function: callee, data: { v: 7 } });
      const bad = await step.invoke("bad", { function: callee, data: { fail: true } }).catch((error: Error) => error.message);
      const late = await step.invoke("late", { function: napping, data: {}, timeout: "1s" }).catch((error: Error) => error.name);
      return { good, bad, late };
    });
    const heard = client.createFunction({ id: "heard", triggers: on("heard") }, ({ event }) => note("heard", event.data));
    const sender = client.createFunction({ id: "sender", triggers: on("send") }, async ({ step }) => {
      const { ids } = await step.sendEvent("out", [
        { name: `${app}/heard`, data: { n: 1 } },
        { name: `${app}/heard`, data: { n: 2 } },
      ]);
      return ids.length;
    });
    const flaky = client.createFunction({ id: "flaky", retries: 3, triggers: on("flaky") }, async ({ step, attempt }) => {
      const tries = await step.run("tries", () => {
        note("flaky-step");
        if (suite.recorder.of(`${app}/flaky-step`).length < 3) throw new Error("not yet");
        return suite.recorder.of(`${app}/flaky-step`).length;
      });
      return { tries, attempt };
    });
    const caught = client.createFunction({ id: "caught", retries: 1, triggers: on("caught") }, async ({ step }) => {
      const problem = await step
        .run("bad", () => {
          throw new RetryAfterError("always", "1s", { cause: new Error("why") });
        })
        .catch((error: Error) => error.message);
      return step.run("recover", () => `recovered from ${problem}`);
    });
    const failing = client.createFunction(
      {
        id: "failing",
        retries: 3,
        triggers: on("fail"),
        onFailure: ({ error, event }) => note("onFailure", { message: error.message, fn: event.data.function_id }),
      },
      () => {
        note("failing-attempt");
        throw new NonRetriableError("never again");
      },
    );
    const finished = client.createFunction(
      { id: "finished", triggers: [{ event: "inngest/function.finished", if: `event.data.function_id == '${app}-sequence'` }] },
      ({ event }) => note("finished", (event.data as { result: unknown }).result),
    );
    const functions = [
      sequence,
      parallel,
      nested,
      sleeper,
      waiter,
      signaled,
      callee,
      napping,
      caller,
      heard,
      sender,
      flaky,
      caught,
      failing,
      finished,
    ];
    await suite.serve(client, functions);
  });

  const output = async (name: string, data?: unknown): Promise<unknown> => {
    const run = await suite.run(await send(name, data), "Completed");
    return run.output;
  };

  it.concurrent("are memoised in order, repeated names too", async () => {
    expect(await output("sequence")).toEqual({ a: { x: 1, d: "1970-01-01T00:00:00.000Z" }, same: [0, 1, 2], nothing: null });
    expect((await wait("finished"))[0]).toMatchObject({ same: [0, 1, 2] });
  });

  it.concurrent("run in parallel, nested with sleeps", async () => {
    expect(await output("parallel")).toEqual({ all: [1, 2, 3], after: "after" });
    expect(await output("nested")).toBe(13);
  });

  it.concurrent("sleep for a duration and until a date", async () => {
    const { sleptMs } = (await output("sleep")) as { sleptMs: number };
    expect(sleptMs).toBeGreaterThanOrEqual(1_490);
  });

  it.concurrent("wait for the event that matches, and get null after the time-out", async ({ expect }) => {
    const id = await send("wait", { k: "A" });
    const [run] = await suite.runsOf(id);
    if (suite.isOwn && run) {
      const waiting = async (): Promise<boolean> => (await suite.detail(run.run_id)).steps?.some((step) => step.name === "hit") ?? false;
      await expect.poll(waiting, { timeout: 20_000 }).toBe(true);
    }
    await send("go", { k: "B" });
    await send("go", { k: "A", z: [1] });
    expect((await suite.run(id, "Completed")).output).toEqual({ hit: { k: "A", z: [1] }, missed: null });
  });

  it.concurrent("wait for a signal", async ({ expect }) => {
    const id = await send("signal");
    const signal = async (): Promise<number> => {
      const body = JSON.stringify({ signal: `${app}-signal`, data: { s: 1 } });
      return (await fetch(`${suite.baseUrl}/v1/signals`, { method: "POST", body })).status;
    };
    await expect.poll(signal, { timeout: 20_000 }).toBe(200);
    expect((await suite.run(id, "Completed")).output).toEqual({ signal: { signal: `${app}-signal`, data: { s: 1 } }, missed: null });
  });

  it.concurrent("invoke functions: result, error and time-out", async () => {
    expect(await output("call")).toEqual({ good: { got: 7 }, bad: "callee says no", late: "InngestInvokeTimeoutError" });
  });

  it.concurrent("send events", async () => {
    expect(await output("send")).toBe(2);
    expect(await wait("heard", 2)).toEqual(expect.arrayContaining([{ n: 1 }, { n: 2 }]));
  });

  it.concurrent("are tried again, and a completed one resets the attempts", async () => {
    expect(await output("flaky")).toEqual({ tries: 3, attempt: 0 });
  });

  it.concurrent("hand their final error to the function", async () => {
    expect(await output("caught")).toBe("recovered from always");
  });

  it.concurrent("fail for good on a NonRetriableError, and onFailure hears of it", async () => {
    const run = await suite.run(await send("fail", { q: 1 }), "Failed");
    expect(run.status).toBe("Failed");
    expect(await wait("onFailure")).toEqual([{ message: "never again", fn: `${app}-failing` }]);
    expect(suite.recorder.of(`${app}/failing-attempt`)).toHaveLength(1);
  });
});
