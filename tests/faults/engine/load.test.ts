import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FaultBed } from "./fault-bed.ts";

let bed: FaultBed;
const stepTimes: number[] = [];
const manySteps = 1_000;

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
  const gaps = stepTimes.slice(1).map((time, index) => time - (stepTimes[index] ?? time));
  const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const curve = Array.from({ length: 10 }, (_, tenth) => median(gaps.slice(tenth * 100, tenth * 100 + 100)));
  process.stderr.write(`ms a step, by hundreds: ${curve.map((value) => value.toFixed(1)).join(" ")}\n`);
  const [first, last] = [median(gaps.slice(0, 300)), median(gaps.slice(-300))];
  expect(last).toBeLessThan(first * 2.5 + 2);
});
