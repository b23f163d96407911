import { setTimeout as sleep } from "node:timers/promises";
import type { Bed } from "./bed.ts";

const rate = (count: number, ms: number): number => Math.round((count / ms) * 1_000);
const round = (value: number): number => Math.round(value * 10) / 10;

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Runs a second, with `senders` clients that each send one event a request, as applications do. */
async function throughput(bed: Bed, name: "noop" | "three", count: number, senders: number): Promise<number> {
  await bed.seen(true);
  const begun = performance.now();
  let left = count;
  const send = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await bed.send([{ name: `bench/${name}`, data: {} }]);
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
  await bed.until((seen) => seen[name] >= count, 120_000);
  return rate(count, performance.now() - begun);
}

async function latency(bed: Bed, count: number): Promise<{ p50: number; p95: number }> {
  await bed.seen(true);
  for (let index = 0; index < count; index += 1) {
    await bed.send([{ name: "bench/noop", data: { sentMs: performance.timeOrigin + performance.now() } }]);
    await sleep(15);
  }
  const { latency: values } = await bed.until((seen) => seen.noop >= count, 30_000);
  return { p50: round(percentile(values, 0.5)), p95: round(percentile(values, 0.95)) };
}

/** Milliseconds from one step to the next in a run of many, and the same for each tenth of the run. */
async function stepCosts(bed: Bed, event: string, count: number): Promise<{ medianMs: number; curveMs: number[] }> {
  await bed.seen(true);
  await bed.send([{ name: event, data: { count } }]);
  const { curve } = await bed.until((seen) => seen.steps >= 1, 300_000);
  const gaps = curve.slice(1).map((time, index) => time - (curve[index] ?? time));
  const tenth = Math.max(1, Math.floor(gaps.length / 10));
  const curveMs = Array.from({ length: 10 }, (_, index) => round(percentile(gaps.slice(index * tenth, (index + 1) * tenth), 0.5)));
  return { medianMs: round(percentile(gaps, 0.5)), curveMs };
}

/** Every figure on one bed; `scale` below 1 makes it quicker and rougher. */
export async function measureBed(bed: Bed, say: (line: string) => void, scale: number): Promise<Record<string, unknown>> {
  await throughput(bed, "noop", 200, 20);
  const { p50, p95 } = await latency(bed, Math.ceil(200 * scale));
  say(`event → function: p50 ${p50} ms, p95 ${p95} ms`);
  const noopRunsPerSecond = await throughput(bed, "noop", Math.ceil(3_000 * scale), 20);
  say(`no-op runs/s: ${noopRunsPerSecond}`);
  const threeStepRunsPerSecond = await throughput(bed, "three", Math.ceil(1_000 * scale), 20);
  say(`3-step runs/s: ${threeStepRunsPerSecond}`);
  const checkpointed = await stepCosts(bed, "bench/many", Math.ceil(1_000 * scale));
  say(`a step of a long run with checkpointing: ${checkpointed.medianMs} ms, by tenths ${checkpointed.curveMs.join(" ")}`);
  const called = await stepCosts(bed, "bench/many-plain", Math.ceil(200 * scale));
  say(`a step of a long run without: ${called.curveMs.join(" ")} ms by tenths; the SDK goes through all earlier steps at each call`);
  await throughput(bed, "noop", Math.ceil(4_800 * scale), 20);
  const rssMb = Math.round(bed.rssMb());
  say(`RSS after ${Math.ceil(8_000 * scale)} runs and more: ${rssMb} MB`);
  await bed.send(Array.from({ length: 100 }, () => ({ name: "bench/sleep", data: {} })));
  await sleep(3_000);
  const [cpuMs, begun] = [bed.cpuMs(), performance.now()];
  await sleep(15_000 * Math.max(scale, 0.3));
  const idleCpuPercent = round(((bed.cpuMs() - cpuMs) / (performance.now() - begun)) * 100);
  say(`idle with 100 sleeping runs: ${idleCpuPercent} % of a core`);
  return {
    noopRunsPerSecond,
    threeStepRunsPerSecond,
    eventToFunctionP50Ms: p50,
    eventToFunctionP95Ms: p95,
    stepOverheadMs: checkpointed.medianMs,
    stepOverheadWithoutCheckpointingMs: called.curveMs[0],
    stepCurveMs: checkpointed.curveMs,
    rssMb,
    idleCpuPercent,
    startMs: Math.round(bed.startMs),
  };
}
