import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";

let workerIsUp = true;
const server = createServer((request, response) => {
  const isWorker = request.headers.host?.startsWith("127.0.0.1");
  if (isWorker && !workerIsUp) return response.destroy();
  const components = {
    sandbox: { status: "missing", kind: "bubblewrap", message: "Install bubblewrap: apt-get install bubblewrap" },
    models: { status: "up", kind: "demo" },
  };
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ status: "up", components }));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
process.env.INNGEST_BASE_URL = `http://localhost:${port}`;
process.env.WORKER_INTERNAL_URL = `http://127.0.0.1:${port}`;
const { GET } = await import("../../../apps/web/src/app/api/health/route.ts");

afterAll(() => {
  server.close();
});

test("health is 200 while what is needed is up, and says what to install", async () => {
  const response = await GET();
  const health = await response.json();
  expect(response.status).toBe(200);
  expect(health).toMatchObject({
    status: "up",
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    components: {
      database: { status: "up", kind: expect.stringMatching(/^(pglite|postgres)$/), latencyMs: expect.any(Number) },
      engine: { status: "up" },
      worker: { status: "up" },
      sandbox: { status: "missing", kind: "bubblewrap", message: expect.stringContaining("apt-get") },
      models: { status: "up", kind: "demo" },
    },
  });
});

test("health is 503 and names the part that is down", async () => {
  workerIsUp = false;
  const response = await GET();
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    status: "down",
    components: { database: { status: "up" }, worker: { status: "down" }, models: { status: "missing" } },
  });
});
