import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FaultBed } from "./fault-bed.ts";

const retryMs = 6_000;
let bed: FaultBed;
beforeAll(async () => {
  bed = await FaultBed.start(
    ({ client, recorder }) => [
      client.createFunction({ id: "long", retries: 10, triggers: [{ event: "f/long" }] }, async ({ step }) => {
        await step.run("long", async () => {
          recorder.note("long-begun");
          if (recorder.of("long-begun").length === 1) await new Promise((resolve) => setTimeout(resolve, 30_000));
        });
        return "ended";
      }),
      client.createFunction({ id: "slow", retries: 3, triggers: [{ event: "f/slow" }] }, async ({ attempt }) => {
        recorder.note("slow-begun");
        if (attempt === 0) await new Promise((resolve) => setTimeout(resolve, 5_000));
        return attempt;
      }),
      client.createFunction({ id: "quick", retries: 20, triggers: [{ event: "f/quick" }] }, () => "done"),
    ],
    { ENGINE_CALL_TIMEOUT_MS: "2000", ENGINE_RETRY_INTERVAL_MS: String(retryMs) },
  );
});
afterAll(() => bed.stop());

const outputOf = async (slug: string): Promise<unknown> => (await bed.runs(`&function=fault-${slug}&status=Completed`))[0]?.output;

/** A function of this name, for the event of this name, that this server answers for. */
async function registerAt(id: string, server: Server, attempts: number): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/`;
  const step = { id: "step", name: "step", runtime: { type: "http", url: `${url}?fnId=${id}&stepId=step` }, retries: { attempts } };
  const registration = { url, appName: id, functions: [{ id, name: id, triggers: [{ event: id }], steps: { step } }] };
  const registered = await fetch(`${bed.baseUrl}/fn/register`, { method: "POST", body: JSON.stringify(registration) });
  expect(registered.status).toBe(200);
}

describe("an SDK that", () => {
  it("answers too slowly uses an attempt, and the run goes on", async () => {
    await bed.send([{ name: "f/slow" }]);
    await expect.poll(() => outputOf("slow"), { timeout: 20_000 }).toBe(1);
  });

  it("dies in the middle of a step runs that step again as soon as it is back", async () => {
    await bed.send([{ name: "f/long" }]);
    await bed.recorder.wait("long-begun");
    await bed.killSdk();
    await bed.startSdk();
    const backMs = performance.now();
    await expect.poll(() => outputOf("long"), { timeout: 20_000 }).toBe("ended");
    expect(performance.now() - backMs).toBeLessThan(retryMs);
    expect(bed.recorder.of("long-begun")).toHaveLength(2);
  });

  it("says that it is not there is asked again when it says, not by the schedule", async () => {
    const at: number[] = [];
    const server = createServer((_, response) => {
      const isAway = at.push(performance.now()) === 1;
      response.writeHead(isAway ? 503 : 200, isAway ? { "retry-after": "1" } : { "x-inngest-sdk": "x" }).end('"here"');
    });
    await registerAt("away", server, 2);
    await bed.send([{ name: "away" }]);
    await expect.poll(async () => (await bed.runs("&function=away&status=Completed"))[0]?.output, { timeout: 20_000 }).toBe("here");
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeLessThan(retryMs);
    server.close();
    server.closeAllConnections();
  });

  it("is gone for a while is waited for", async () => {
    await bed.killSdk();
    await bed.send([{ name: "f/quick" }]);
    await expect
      .poll(async () => ((await (await fetch(`${bed.baseUrl}/health`)).json()) as { sdkProblems: object }).sdkProblems, { timeout: 10_000 })
      .not.toEqual({});
    await bed.startSdk();
    await expect.poll(() => outputOf("quick"), { timeout: 20_000 }).toBe("done");
  });
});

describe("answers that are no protocol", () => {
  const answers: [string, number, Record<string, string>, string][] = [
    ["a page of a proxy", 502, {}, "<html>Bad gateway</html>"],
    ["success without the SDK's mark", 200, {}, "{}"],
    ["operations that are none", 206, { "x-inngest-sdk": "x" }, '[{"op":1}]'],
    ["no operations", 206, { "x-inngest-sdk": "x" }, "[]"],
    ["broken JSON", 206, { "x-inngest-sdk": "x" }, "[{"],
    ["an unknown operation", 206, { "x-inngest-sdk": "x" }, '[{"op":"Teleport","id":"1"}]'],
    ["an unreadable stream", 201, { "x-inngest-sdk": "x" }, "   "],
  ];

  // The test's own expect: polling of concurrent tests has to know whose it is.
  it.concurrent.for(answers)(
    "%s: fails the run after its attempts, with what came in the error",
    async ([name, status, headers, body], { expect }) => {
      const server = createServer((_, response) => response.writeHead(status, headers).end(body));
      const id = `garbage-${name.replaceAll(" ", "-")}`;
      await registerAt(id, server, 1);
      await bed.send([{ name: id }]);
      await expect.poll(async () => (await bed.runs(`&function=${id}`))[0]?.status, { timeout: 30_000 }).toBe("Failed");
      const [run] = await bed.runs(`&function=${id}`);
      expect(JSON.stringify(run?.output)).toMatch(name === "an unknown operation" ? /Teleport/ : new RegExp(`answered ${status}`));
      server.close();
      server.closeAllConnections();
    },
  );
});
