import { createServer } from "node:http";
import { Inngest } from "inngest";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bearerOf, signatureHeader } from "../../../apps/engine/src/http/signature.ts";
import { testDatabase } from "../../harness/test-database.ts";
import { type EngineProcess, startEngineProcess } from "./harness/engine-process.ts";
import { Recorder } from "./harness/recorder.ts";
import { type SdkApp, serveSdk } from "./harness/sdk-app.ts";

const signingKey = `signkey-test-${"0123456789abcdef".repeat(4)}`;
const eventKey = "an-event-key";
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const recorder = new Recorder();
let engine: EngineProcess;
let app: SdkApp;
let client: Inngest;

beforeAll(async () => {
  const database = await testDatabase();
  engine = await startEngineProcess({
    databaseUrl: database.url,
    env: { INNGEST_DEV: "false", INNGEST_SIGNING_KEY: signingKey, INNGEST_EVENT_KEY: eventKey, ENGINE_RETRY_INTERVAL_MS: "200" },
  });
  client = new Inngest({ id: "cloud", isDev: false, baseUrl: engine.url, eventKey, signingKey, logger: quiet });
  const signed = client.createFunction({ id: "signed", triggers: [{ event: "c/signed" }] }, async ({ step }) => {
    await Promise.all(["z", "y", "x"].map((id) => step.run(id, () => ({ z: id, ä: [1e21, -0], a: "\u2028" }))));
    await step.run("checkpointed", () => 1);
    const signal = await step.waitForSignal("s", { signal: "c-signal", timeout: "20s", onConflict: "fail" });
    recorder.note("signed", signal?.data);
  });
  app = await serveSdk(client, [signed]);
  // The SDK takes a sync only from a server that signs.
  const body = JSON.stringify({ url: app.url });
  const headers = {
    "x-inngest-server-kind": "cloud",
    "content-type": "application/json",
    "x-inngest-signature": signatureHeader(signingKey, body, Date.now()),
  };
  expect((await fetch(app.url, { method: "PUT", body, headers })).status).toBe(200);
});
afterAll(async () => {
  await app?.close();
  await engine?.kill("SIGTERM");
});

it("signs its calls and takes signed answers, checkpoints and signals", async () => {
  await client.send({ name: "c/signed", data: {} });
  const signal = async (): Promise<boolean> => {
    const result = await fetch(`${engine.url}/v1/signals`, {
      method: "POST",
      body: JSON.stringify({ signal: "c-signal", data: 1 }),
      headers: { authorization: `Bearer ${bearerOf(signingKey)}` },
    });
    return result.ok;
  };
  await expect.poll(signal, { timeout: 20_000 }).toBe(true);
  expect(await recorder.wait("signed")).toEqual([1]);
});

it("refuses a wrong event key", async () => {
  const response = await fetch(`${engine.url}/e/wrong`, { method: "POST", body: JSON.stringify({ name: "c/signed", data: {} }) });
  expect([response.status, await response.json()]).toEqual([401, { status: 401, message: "", error: "Event key not found" }]);
});

it("refuses every other call without the signing key", async () => {
  for (const [method, path] of [
    ["POST", "/fn/register"],
    ["POST", "/v1/signals"],
    ["POST", "/v1/checkpoint/x/async"],
    ["DELETE", "/v1/runs/x"],
    ["GET", "/v1/runs"],
    ["GET", "/v0/runs/x/actions"],
  ] as const) {
    const response = await fetch(engine.url + path, {
      method,
      headers: { authorization: "Bearer signkey-test-00" },
      ...(method === "POST" ? { body: "{}" } : {}),
    });
    expect([path, response.status]).toEqual([path, 401]);
  }
  expect((await fetch(`${engine.url}/health`)).status).toBe(200);
});

it("does not take an answer that isn't signed", async () => {
  const forger = createServer((_, response) => response.writeHead(200, { "x-inngest-sdk": "x" }).end('"forged"'));
  await new Promise<void>((resolve) => forger.listen(0, "127.0.0.1", resolve));
  const address = forger.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/`;
  const step = { id: "step", name: "step", runtime: { type: "http", url: `${url}?fnId=forged&stepId=step` }, retries: { attempts: 0 } };
  const headers = { authorization: `Bearer ${bearerOf(signingKey)}` };
  const registration = {
    url,
    appName: "forged",
    functions: [{ id: "forged", name: "forged", triggers: [{ event: "c/forged" }], steps: { step } }],
  };
  expect((await fetch(`${engine.url}/fn/register`, { method: "POST", body: JSON.stringify(registration), headers })).status).toBe(200);
  await client.send({ name: "c/forged", data: {} });
  const run = async (): Promise<string | undefined> => {
    const { data } = (await (await fetch(`${engine.url}/v1/runs?function=forged`, { headers })).json()) as {
      data: { status: string; error: { message: string } | null }[];
    };
    return data[0]?.error?.message;
  };
  await expect.poll(run, { timeout: 20_000 }).toContain("without a valid signature");
  forger.close();
  forger.closeAllConnections();
});
