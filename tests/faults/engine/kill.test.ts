import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FaultBed } from "./fault-bed.ts";
import { countSurvivors } from "./survivors.ts";

it("ends 40 of 40 runs after kill -9: 20 that slept, 20 in a step", async () => {
  const { sleeping, inStep, of, recoveryMs } = await countSurvivors();
  expect({ sleeping, inStep, of }).toEqual({ sleeping: 20, inStep: 20, of: 40 });
  // The lease of a process of this machine that is gone isn't waited for.
  expect(recoveryMs).toBeLessThan(20_000);
});

describe("an engine that is stopped and started again", () => {
  let bed: FaultBed;
  beforeAll(async () => {
    bed = await FaultBed.start(({ client, recorder }) => [
      client.createFunction({ id: "count", triggers: [{ event: "k/count" }] }, async ({ event, step }) => {
        await step.run("one", () => 1);
        await step.sleep("nap", "1s");
        recorder.note("counted", (event.data as { n: number }).n);
      }),
      client.createFunction({ id: "slow", triggers: [{ event: "t/slow" }] }, async ({ step }) => {
        await step.run("slow", async () => {
          recorder.note("begun");
          await new Promise((resolve) => setTimeout(resolve, 1_000));
        });
        recorder.note("ended");
      }),
    ]);
  });
  afterAll(() => bed.stop());

  it("loses no acknowledged event when it is killed again and again", async () => {
    const acknowledged: number[] = [];
    let n = 0;
    for (let round = 0; round < 3; round += 1) {
      const sending = (async () => {
        for (;;) {
          const mine = n++;
          const taken = await bed.send([{ name: "k/count", data: { n: mine } }]).catch(() => undefined);
          if (!taken) return;
          acknowledged.push(mine);
        }
      })();
      await bed.recorder.wait("counted", 10 * (round + 1));
      await bed.killEngine("SIGKILL");
      await sending;
      await bed.startEngine();
    }
    const missing = (): number[] => acknowledged.filter((mine) => !bed.recorder.of("counted").includes(mine));
    await expect.poll(missing, { timeout: 60_000 }).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(30);
  });

  it("lets what is under way end at SIGTERM, and takes nothing new", async () => {
    await bed.send([{ name: "t/slow" }]);
    await bed.recorder.wait("begun");
    await bed.killEngine("SIGTERM");
    expect(bed.recorder.of("ended")).toHaveLength(1);
    await expect(bed.send([{ name: "t/slow" }])).rejects.toThrow();
    await bed.startEngine();
    expect((await bed.runs("&function=fault-slow")).map((run) => run.status)).toEqual(["Completed"]);
    expect(bed.recorder.of("begun")).toHaveLength(1);
  });
});
