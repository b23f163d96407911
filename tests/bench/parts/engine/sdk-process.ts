import { createServer } from "node:http";
import { Inngest } from "inngest";
import { serve } from "inngest/node";

/**
 * The SDK side of the benchmark, a process of its own: `node sdk-process.ts <engine url> <port>`. What it saw is asked
 * for at /seen: how many runs of each kind ended, and how long after its event each function began.
 */
const [engineUrl = "", port = "0"] = process.argv.slice(2);
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const client = new Inngest({ id: "bench", isDev: true, baseUrl: engineUrl, eventKey: "bench", logger: quiet });
const plain = new Inngest({ id: "bench-plain", isDev: true, baseUrl: engineUrl, eventKey: "bench", logger: quiet, checkpointing: false });

const seen = { noop: 0, three: 0, latency: [] as number[], steps: 0, curve: [] as number[] };

interface Sent {
  data: { sentMs?: number; count?: number };
}

const noop = client.createFunction({ id: "noop", triggers: [{ event: "bench/noop" }] }, async ({ event }) => {
  const { sentMs } = (event as unknown as Sent).data;
  if (sentMs !== undefined) seen.latency.push(performance.timeOrigin + performance.now() - sentMs);
  seen.noop += 1;
});
const three = client.createFunction({ id: "three", triggers: [{ event: "bench/three" }] }, async ({ step }) => {
  await step.run("a", () => 1);
  await step.run("b", () => 2);
  await step.run("c", () => 3);
  seen.three += 1;
});
const sleeper = client.createFunction({ id: "sleeper", triggers: [{ event: "bench/sleep" }] }, async ({ step }) => {
  await step.sleep("long", "1h");
});

/** Runs many steps one after the other and notes when each one ran. */
const steps =
  (runStep: (name: string, work: () => number) => Promise<unknown>) =>
  async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      await runStep(`s${index}`, () => {
        seen.curve.push(performance.now());
        return index;
      });
    }
    seen.steps += 1;
  };
const many = client.createFunction({ id: "many", triggers: [{ event: "bench/many" }] }, async ({ event, step }) => {
  await steps((name, work) => step.run(name, work))((event as unknown as Sent).data.count ?? 0);
});
const manyPlain = plain.createFunction({ id: "many", triggers: [{ event: "bench/many-plain" }] }, async ({ event, step }) => {
  await steps((name, work) => step.run(name, work))((event as unknown as Sent).data.count ?? 0);
});

const handle = serve({ client, functions: [noop, three, sleeper, many] });
const handlePlain = serve({ client: plain, functions: [manyPlain], servePath: "/api/plain" });
const server = createServer((request, response) => {
  if (request.url?.startsWith("/seen")) {
    response.end(JSON.stringify(seen));
    if (request.url.endsWith("?reset")) Object.assign(seen, { noop: 0, three: 0, latency: [], steps: 0, curve: [] });
  } else void (request.url?.startsWith("/api/plain") ? handlePlain : handle)(request, response);
});
server.listen(Number(port), "127.0.0.1", () => process.stdout.write("listening\n"));
