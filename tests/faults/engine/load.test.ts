import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startScriptedSdk } from "../../integration/engine/harness/scripted-sdk.ts";
import { FaultBed } from "./fault-bed.ts";

let bed: FaultBed;
const stepTimes: number[] = [];
const manySteps = 1_000;

/** The milliseconds between two of these times, for each hundred of them; a low share leaves out what else the machine did. */
function hundreds(times: number[], share: number): number[] {
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return Array.from({ length: 10 }, (_, tenth) => {
    const sorted = gaps.slice(tenth * 100, tenth * 100 + 100).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  });
}

/** Prints the curve of medians, and checks that the end is about as cheap as the beginning. */
function expectFlat(what: string, times: number[]): void {
  process.stderr.write(
    `ms ${what}, by hundreds: ${hundreds(times, 0.5)
      .map((value) => value.toFixed(1))
      .join(" ")}\n`,
  );
  const quick = hundreds(times, 0.1);
  expect(Math.min(...quick.slice(-3))).toBeLessThan(Math.min(...quick.slice(0, 3)) * 2.5 + 1);
}

beforeAll(async () => {
  bed = await FaultBed.start(({ client, recorder }) => [
    client.createFunction({ id: "noop", triggers: [{ event: "l/noop" }] }, () => recorder.note("noop")),
    client.createFunction({ id: "many", triggers: [{ event: "l/many" }] }, async ({ step }) => {
      for (let index = 0; index < manySteps; index += 1) {
        await step.run(`s${index}`, () => {
          stepTimes.push(performance.now());
          return index;
        });
      }
      recorder.note("many");
    }),
  ]);
});
afterAll(() => bed.stop());

it("runs 10,000 events that come at once, each once", async () => {
  const count = 10_000;
  const begun = performance.now();
  const ids = await bed.send(Array.from({ length: count }, (_, n) => ({ name: "l/noop", data: { n } })));
  const takenMs = performance.now() - begun;
  expect(new Set(ids).size).toBe(count);
  await bed.recorder.wait("noop", count, 150_000);
  const seconds = (performance.now() - begun) / 1_000;
  process.stderr.write(`10,000 events: taken in ${Math.round(takenMs)} ms, run in ${seconds.toFixed(1)} s\n`);
  await expect.poll(async () => (await bed.runs("&status=Completed&function=fault-noop")).length).toBe(500);
  expect(bed.recorder.of("noop")).toHaveLength(count);
  const rssMb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${bed.enginePid()}/status`, "utf8"))?.[1] ?? 0) / 1_024;
  process.stderr.write(`engine RSS: ${Math.round(rssMb)} MB\n`);
  expect(rssMb).toBeLessThan(300);
});

it("runs 1,000 steps whose cost does not grow", async () => {
  await bed.send([{ name: "l/many" }]);
  await bed.recorder.wait("many", 1, 120_000);
  expectFlat("a step", stepTimes);
});

it("makes 1,000 calls of one run, a step each, without its own share growing much", async () => {
  const times: number[] = [];
  // Answers at once, so that what is measured is the engine: the real SDK goes through all earlier steps at each call.
  const sdk = await startScriptedSdk(async ({ shape }) => {
    times.push(performance.now());
    const index = shape.stack?.length ?? 0;
    if (index === manySteps) return { status: 200, body: index };
    return { status: 206, body: [{ op: "StepRun", id: `step-${index}`, name: `step ${index}`, data: index }] };
  });
  const step = { id: "step", name: "step", runtime: { type: "http", url: `${sdk.url}?fnId=calls&stepId=step` } };
  const registration = {
    url: sdk.url,
    appName: "calls",
    functions: [{ id: "calls", name: "calls", triggers: [{ event: "l/calls" }], steps: { step } }],
  };
  await fetch(`${bed.baseUrl}/fn/register`, { method: "POST", body: JSON.stringify(registration) });
  await bed.send([{ name: "l/calls" }]);
  await expect.poll(async () => (await bed.runs("&function=calls"))[0]?.output, { timeout: 120_000, interval: 500 }).toBe(manySteps);
  await sdk.close();
  expectFlat("a call", times);
});
