import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ScriptedCall, type ScriptedSdk, type SeenCall, startScriptedSdk, withDefaults } from "./harness/scripted-sdk.ts";
import { Suite, until } from "./harness/suite.ts";

interface Exchange {
  readonly name: string;
  readonly event: { name: string; data: unknown };
  readonly calls: ScriptedCall[];
}

/** Exchanges between an Inngest server and the SDK, reduced to the shapes that matter. */
const exchanges = JSON.parse(readFileSync(join(import.meta.dirname, "vectors/exchanges.json"), "utf8")) as Exchange[];

let suite: Suite;
let sdk: ScriptedSdk;
let open: ScriptedCall[] = [];
const mismatches: unknown[] = [];

/** Where the vector says `"*"`, anything may stand. */
function masked(expected: unknown, actual: unknown): unknown {
  if (expected === "*") return "*";
  if (typeof expected !== "object" || expected === null || typeof actual !== "object" || actual === null || Array.isArray(actual))
    return actual;
  return Object.fromEntries(Object.entries(actual).map(([key, value]) => [key, masked((expected as Record<string, unknown>)[key], value)]));
}

async function stepsOf(runId: string): Promise<string[]> {
  const { data } = await suite.get<{ data: { steps: { id: string; status: string }[] } }>(`/v1/runs/${runId}`);
  return data.steps.filter((step) => step.status === "completed" || step.status === "failed").map((step) => step.id);
}

/** Parallel steps are answered in the order in which the captured ones ended. */
async function waitForTurn(call: SeenCall, expected: ScriptedCall): Promise<void> {
  if (expected.step === "step" || !expected.parallel) return;
  const next = open.find((other) => other.fn === expected.fn && other.stack?.includes(expected.step));
  const before = next?.stack?.slice(0, next.stack.indexOf(expected.step)) ?? [];
  const runId = String(call.body.ctx.run_id);
  await until(async () => {
    const ended = await stepsOf(runId);
    return before.every((id) => ended.includes(id));
  }, `the steps before ${expected.step}`);
}

async function answer(call: SeenCall): Promise<ScriptedCall["answer"]> {
  const { shape } = call;
  const index = open.findIndex(
    (other) => other.fn === shape.fn && other.step === shape.step && (other.attempt ?? 0) === (shape.attempt ?? 0),
  );
  const expected = open[index];
  if (!expected) {
    mismatches.push({ unexpected: shape });
    return { status: 500, body: { message: "not in the script" } };
  }
  open.splice(index, 1);
  const actual = masked(withDefaults(expected), withDefaults(shape));
  try {
    expect(actual).toEqual(withDefaults(expected));
  } catch {
    mismatches.push({ expected: withDefaults(expected), actual });
  }
  const { ctx } = call.body;
  for (const step of expected.checkpoints ?? []) {
    const body = {
      run_id: ctx.run_id,
      fn_id: ctx.fn_id,
      qi_id: ctx.qi_id,
      request_id: ctx.request_id,
      generation_id: ctx.generation_id,
      steps: [step],
      ts: 1,
    };
    const response = await fetch(`${suite.baseUrl}/v1/checkpoint/${ctx.run_id}/async`, { method: "POST", body: JSON.stringify(body) });
    if (response.status !== 200 || (await response.text()) !== "") mismatches.push({ checkpoint: response.status });
  }
  await waitForTurn(call, expected);
  return expected.answer;
}

beforeAll(async () => {
  suite = await Suite.start({ ENGINE_RETRY_INTERVAL_MS: "" });
  if (!suite.isOwn) return;
  sdk = await startScriptedSdk(answer);
  const functions = [...new Set(exchanges.flatMap(({ calls }) => calls.map((call) => call.fn)))].map((id) => {
    const exchange = exchanges.find(({ calls }) => calls[0]?.fn === id);
    const maxAttempts = exchange?.calls[0]?.maxAttempts;
    const runtime = { type: "http", url: `${sdk.url}?fnId=${id}&stepId=step` };
    const step = { id: "step", name: "step", runtime, ...(maxAttempts === undefined ? {} : { retries: { attempts: maxAttempts - 1 } }) };
    return { id, name: id, triggers: [{ event: exchange?.event.name ?? `only-invoked/${id}` }], steps: { step } };
  });
  const body = JSON.stringify({
    url: sdk.url,
    deployType: "ping",
    framework: "nodejs",
    appName: "v",
    sdk: "js:v4.24.0",
    v: "0.1",
    functions,
  });
  const registered = await fetch(`${suite.baseUrl}/fn/register`, { method: "POST", body });
  expect(registered.status).toBe(200);
});
afterAll(async () => {
  await sdk?.close();
  await suite.stop();
});

async function whileWaiting(eventId: string, op: string, act: () => Promise<unknown>): Promise<void> {
  const [run] = await until(async () => {
    const runs = await suite.runsOf(eventId);
    return runs.length > 0 && runs;
  }, "the run");
  await until(async () => (await suite.detail(run?.run_id ?? "")).steps?.some((step) => step.op === op && step.status === "waiting"), op);
  await act();
}

describe("the captured exchanges", () => {
  it.each(exchanges.map((exchange) => [exchange.name, exchange] as const))("%s", async (_, exchange) => {
    if (!suite.isOwn) return;
    // Two vectors may have the same function; they are not under way at the same time.
    open = [...exchange.calls];
    mismatches.length = 0;
    const id = await suite.send(exchange.event.name, exchange.event.data);
    if (exchange.name === "waits for events") {
      await whileWaiting(id, "WaitForEvent", async () => {
        await suite.send("v/wait.go", { k: "B" });
        await suite.send("v/wait.go", { k: "A", z: [1] }, { user: { u: 1 } });
      });
    }
    if (exchange.name === "waits for a signal") {
      await whileWaiting(id, "WaitForSignal", () =>
        fetch(`${suite.baseUrl}/v1/signals`, { method: "POST", body: JSON.stringify({ signal: "sig-q", data: { s: 1 } }) }),
      );
    }
    const last = exchange.calls.filter((call) => call.fn === exchange.calls[0]?.fn).at(-1);
    await suite.run(id, last?.answer.status === 400 ? "Failed" : "Completed");
    expect(mismatches).toEqual([]);
    expect(open).toEqual([]);
  });

  it("carry the same headers and identify themselves the same way", () => {
    if (!suite.isOwn) return;
    for (const { headers, body, shape } of sdk.seen) {
      expect(headers).toMatchObject({
        "content-type": "application/json",
        "x-inngest-server-kind": "dev",
        "x-inngest-generation-id": String(shape.generation),
        "x-inngest-job-id": body.ctx.job_id,
        "x-inngest-req-version": String(shape.version),
        "x-inngest-step-id": shape.step,
        "x-request-id": body.ctx.request_id,
        "x-run-id": body.ctx.run_id,
      });
      expect(headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      expect(body.ctx.run_id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
      expect(Buffer.from(String(body.ctx.qi_id), "base64").toString()).toBe(`${body.ctx.job_id}::default`);
      expect(Object.keys(body).sort()).toEqual(["ctx", "defers", "event", "events", "steps", "use_api", "version"]);
      expect(body.events[0]).toEqual(body.event);
    }
  });
});
