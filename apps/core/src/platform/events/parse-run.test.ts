import { describe, expect, it } from "vitest";
import { parseJobs, parseRun } from "./parse-run.ts";

const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 12, 0, second)).toISOString();
const step = (name: string, rest: object = {}) => ({
  id: `id-${name}`,
  op: "StepRun",
  name,
  status: "completed",
  started_at: at(1),
  ended_at: at(2),
  duration_ms: 1_000,
  opts: null,
  result: { data: { token: "secret-of-a-step" } },
  ...rest,
});
const attempt = (rest: object) => ({ step_id: null, attempt: 0, error: null, started_at: at(1), ended_at: at(2), ...rest });
const own = (rest: object = {}) => ({
  data: {
    run_id: "01RUN",
    status: "Running",
    queued_at: at(0),
    run_started_at: at(1),
    ended_at: null,
    output: null,
    error: null,
    events: [{ data: { token: "secret-of-an-event" } }],
    steps: [step("context"), step("model-1")],
    attempts: [attempt({})],
    ...rest,
  },
});

describe("a run of our engine", () => {
  it("keeps names, states and times, and nothing of what steps answered", () => {
    const run = parseRun(own({ output: { token: "secret-of-a-run" } }));
    expect(run).toMatchObject({ status: "running", queuedAt: at(0), startedAt: at(1), endedAt: null, detail: "steps", failedCalls: [] });
    expect(run?.steps.map(({ name, status, durationMs, attempts }) => [name, status, durationMs, attempts])).toEqual([
      ["context", "completed", 1_000, 1],
      ["model-1", "completed", 1_000, 1],
    ]);
    expect(JSON.stringify(run)).not.toContain("secret");
  });

  it("counts the failed attempts of a step that ended well", () => {
    const failed = attempt({ error: { name: "Error", message: "the database does not answer", step: "model-1" } });
    const [, model] = parseRun(own({ attempts: [failed, attempt({ step_id: "id-model-1", attempt: 1 })] }))?.steps ?? [];
    expect(model).toMatchObject({ status: "completed", attempts: 2, error: null });
    expect(model?.failures).toEqual([{ attempt: 1, at: at(2), message: "the database does not answer" }]);
  });

  it("shows a step that is tried again before it has ended at all", () => {
    const attempts = [0, 1].map((number) =>
      attempt({ attempt: number, error: { name: "Error", message: `no ${number}`, step: "finish" } }),
    );
    expect(parseRun(own({ attempts }))?.steps.at(-1)).toMatchObject({ name: "finish", status: "retrying", attempts: 2, error: "no 1" });
    expect(parseRun(own({ attempts, status: "Cancelled" }))?.steps).toHaveLength(2);
  });

  it("shows a step that failed for good, with its error", () => {
    const attempts = [0, 1, 2].map((number) => attempt({ attempt: number, error: { name: "Error", message: "broken", step: "finish" } }));
    const finish = step("finish", { status: "failed", result: { error: { name: "Error", message: "broken", stack: "at x" } } });
    const run = parseRun(own({ status: "Failed", error: { name: "Error", message: "broken" }, steps: [finish], attempts }));
    expect(run).toMatchObject({ status: "failed", error: "broken" });
    expect(run?.steps).toMatchObject([{ status: "failed", error: "broken", attempts: 3 }]);
    expect(JSON.stringify(run)).not.toContain("at x");
  });

  it("keeps calls that failed as a whole, without the credentials of an address", () => {
    const error = { name: "Error", message: "The SDK could not be called: http://me:pass@10.0.0.1/" };
    expect(parseRun(own({ attempts: [attempt({ error })] }))?.failedCalls).toEqual([
      { attempt: 1, at: at(2), message: "The SDK could not be called: http://10.0.0.1/" },
    ]);
  });
});

describe("a run of Inngest", () => {
  const inngest = {
    data: {
      run_id: "01JRUN",
      run_started_at: at(1),
      function_id: "0f6a",
      function_version: 3,
      environment_id: "9e1b",
      event_id: "01JEVENT",
      status: "Failed",
      ended_at: at(9),
      output: { name: "Error", message: "broken", stack: "at y" },
    },
    metadata: { fetched_at: at(9), cached_until: null },
  };

  it("is shown with what is known", () => {
    expect(parseRun(inngest)).toEqual({
      status: "failed",
      queuedAt: null,
      startedAt: at(1),
      endedAt: at(9),
      error: "broken",
      steps: [],
      detail: "run",
      failedCalls: [],
    });
    expect(parseRun({ data: { ...inngest.data, status: "Completed", output: "fine" } })).toMatchObject({
      status: "completed",
      error: null,
    });
    expect(parseRun({ data: { status: "SomethingNew" } })).toMatchObject({ status: "unknown", startedAt: null });
  });

  it("has jobs", () => {
    const jobs = parseJobs({ data: [{ at: at(3), position: 0, kind: "edge", attempt: 1 }], metadata: {} });
    expect(jobs).toMatchObject([{ name: "edge", status: "queued", startedAt: at(3), attempts: 2, error: null }]);
    expect(parseJobs([])).toEqual([]);
    expect(parseJobs({ error: "not found", status: 404 })).toBeNull();
  });
});

it("anything else is no run", () => {
  for (const body of [null, "<html>", {}, { data: null }, { data: [] }, { data: { steps: "many" } }]) expect(parseRun(body)).toBeNull();
});
