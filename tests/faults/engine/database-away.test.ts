import { expect, it } from "vitest";
import { FaultBed } from "./fault-bed.ts";

const awayMs = 30_000;

it("goes on after the database was gone for 30 seconds: nothing lost, nothing twice", async () => {
  const bed = await FaultBed.start(({ client, recorder }) => [
    client.createFunction({ id: "step-by-step", triggers: [{ event: "d/go" }] }, async ({ event, step }) => {
      const { n } = event.data as { n: number };
      await step.run("first", () => recorder.note("first", n));
      await step.sleep("across the gap", "2s");
      await step.run("second", () => recorder.note("second", n));
    }),
  ]);
  try {
    await bed.send(Array.from({ length: 20 }, (_, n) => ({ name: "d/go", data: { n } })));
    await bed.recorder.wait("first", 20);
    await bed.killDatabase();
    const gone = performance.now();
    // An event that comes meanwhile is taken when the database is back, or refused so that its sender tries again.
    const event = { name: "d/go", data: { n: 20 }, id: "sent-while-away" };
    const sendUntilTaken = async (): Promise<number> => {
      for (let tries = 1; ; tries += 1) if (await bed.send([event]).catch(() => undefined)) return tries;
    };
    const sent = sendUntilTaken();
    const health = await fetch(`${bed.baseUrl}/health`);
    expect([200, 503]).toContain(health.status);
    await expect.poll(async () => (await fetch(`${bed.baseUrl}/health`)).status, { timeout: 10_000 }).toBe(503);
    await new Promise((resolve) => setTimeout(resolve, awayMs - (performance.now() - gone)));
    await bed.startDatabase();
    expect(await sent).toBeGreaterThanOrEqual(1);
    await bed.recorder.wait("second", 21, 40_000);
    await expect.poll(async () => (await bed.runs("&status=Completed")).length, { timeout: 20_000 }).toBe(21);
    expect(new Set(bed.recorder.of("second")).size).toBe(21);
    expect((await bed.runs()).length).toBe(21);
  } finally {
    await bed.stop();
  }
});
