import type { AgentConfig } from "@opencode/core/modules/sandbox/agent/protocol.ts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { watchLimits } from "./limit-watch.ts";

// In place of `du`: how long each of its two runs takes, and what it counts.
const du = vi.hoisted(() => ({ runs: 0, takesMs: 0, total: 1 }));
vi.mock("node:child_process", () => ({
  execFile: (_program: string, _args: string[], _options: object, done: (error: null, output: string) => void) => {
    du.runs += 1;
    setTimeout(() => done(null, `${du.total}\ttotal\n`), du.takesMs);
  },
}));

const config = { nesting: true, diskBytes: 1024 ** 2, inodes: 1_000, memoryWatched: false, path: "" } as unknown as AgentConfig;
beforeAll(() => vi.useFakeTimers());
afterAll(() => vi.useRealTimers());
async function looksWithin(ms: number): Promise<number> {
  du.runs = 0;
  await vi.advanceTimersByTimeAsync(ms);
  return du.runs / 2;
}

test("one look serves all that run, and none comes when nothing does", async () => {
  const ends = [watchLimits(config, 1, () => undefined), watchLimits(config, 2, () => undefined)];
  expect(await looksWithin(15_100)).toBe(10);
  for (const end of ends) end();
  expect(await looksWithin(15_000)).toBe(0);
});

test("short commands one after the other don't put it off", async () => {
  du.runs = 0;
  for (let count = 0; count < 30; count += 1) {
    const end = watchLimits(config, 1, () => undefined);
    await vi.advanceTimersByTimeAsync(500);
    end();
  }
  expect(du.runs / 2).toBeGreaterThanOrEqual(7);
});

test("where a look takes long, a kept process has it take a tenth of the time, and a command brings it forward", async () => {
  du.takesMs = 2_000;
  const end = watchLimits(config, 1, () => undefined, "kept");
  await looksWithin(5_600);
  expect(await looksWithin(400_000)).toBe(10);
  const endCommand = watchLimits(config, 2, () => undefined);
  expect(await looksWithin(80_000)).toBe(10);
  endCommand();
  end();
  du.takesMs = 0;
});

test("whoever runs when it is too much is stopped", async () => {
  const stopped: string[] = [];
  const ends = ["command", "terminal"].map((name) => watchLimits(config, 1, (reason) => stopped.push(`${name}: ${reason}`)));
  du.total = 2_000;
  await vi.advanceTimersByTimeAsync(100_000);
  expect(stopped.slice(0, 2)).toEqual(["command: disk", "terminal: disk"]);
  for (const end of ends) end();
});
