import { FaultBed } from "./fault-bed.ts";

export interface Survivors {
  readonly sleeping: number;
  readonly inStep: number;
  readonly of: number;
  /** From the restart until the last of them had ended. */
  readonly recoveryMs: number;
}

const each = 20;

/** `kill -9` of the engine with 20 sleeping and 20 in-step runs, then a restart: how many of them end. */
export async function countSurvivors(): Promise<Survivors> {
  const bed = await FaultBed.start(({ client, recorder }) => [
    client.createFunction({ id: "sleeping", triggers: [{ event: "s/sleep" }] }, async ({ step, runId }) => {
      await step.run("before", () => recorder.note("asleep"));
      await step.sleep("nap", "3s");
      recorder.note("slept", runId);
    }),
    client.createFunction({ id: "in-step", triggers: [{ event: "s/step" }] }, async ({ step, runId }) => {
      await step.run("long", async () => {
        recorder.note("in step");
        await new Promise((resolve) => setTimeout(resolve, 1_500));
      });
      await step.run("after", () => recorder.note("stepped", runId));
    }),
  ]);
  try {
    await bed.send(Array.from({ length: each }, () => ({ name: "s/sleep" })));
    await bed.recorder.wait("asleep", each);
    await bed.send(Array.from({ length: each }, () => ({ name: "s/step" })));
    await bed.recorder.wait("in step", each);
    await bed.killEngine("SIGKILL");
    const begun = performance.now();
    await bed.startEngine();
    const count = async (slug: string): Promise<number> => (await bed.runs(`&function=fault-${slug}&status=Completed`)).length;
    const deadline = performance.now() + 60_000;
    for (;;) {
      const [sleeping, inStep] = [await count("sleeping"), await count("in-step")];
      const isOver = sleeping + inStep === 2 * each || performance.now() > deadline;
      if (isOver) return { sleeping, inStep, of: 2 * each, recoveryMs: Math.round(performance.now() - begun) };
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    await bed.stop();
  }
}
