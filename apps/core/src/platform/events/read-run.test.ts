import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { readRun } from "./read-run.ts";

const signingKey = "signkey-test-0011aabb";
const running: Server[] = [];

/** A stand-in of an engine; answers its address. */
async function engine(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}

afterEach(() => {
  for (const server of running.splice(0)) server.close();
});

describe("readRun", () => {
  it("shows Inngest the key it wants, and takes its jobs for steps", async () => {
    const seen: string[] = [];
    const baseUrl = await engine((request, response) => {
      seen.push(`${request.url} ${request.headers.authorization}`);
      if (request.headers.authorization !== `Bearer ${signingKey}`) response.writeHead(401).end("{}");
      else if (request.url?.endsWith("/jobs")) response.end(JSON.stringify({ data: [{ kind: "edge", attempt: 0 }] }));
      else response.end(JSON.stringify({ data: { run_id: "a/b", status: "Running", run_started_at: "2026-11-22T12:00:00Z" } }));
    });
    const run = await readRun("a/b", { baseUrl, signingKey });
    expect(run).toMatchObject({ status: "running", detail: "jobs", steps: [{ name: "edge", status: "queued" }] });
    expect(seen[0]).toMatch(/^\/v1\/runs\/a%2Fb Bearer signkey-test-[0-9a-f]{64}$/);
  });

  it("is content without jobs", async () => {
    const baseUrl = await engine((request, response) => {
      if (request.url?.endsWith("/jobs")) response.writeHead(500).end("no");
      else response.end(JSON.stringify({ data: { status: "Completed" } }));
    });
    expect(await readRun("r", { baseUrl, signingKey: undefined })).toMatchObject({ status: "completed", detail: "run", steps: [] });
  });

  it("answers null for a run that the engine does not know", async () => {
    const baseUrl = await engine((_request, response) => response.writeHead(404).end("{}"));
    expect(await readRun("r", { baseUrl, signingKey: undefined })).toBeNull();
  });

  it.each<[string, RequestListener, string]>([
    ["fails", (_request, response) => response.writeHead(500).end("stack"), "answered 500"],
    ["answers something else", (_request, response) => response.end("<html>"), "can't be read"],
    ["refuses the key", (_request, response) => response.writeHead(401).end("{}"), "INNGEST_SIGNING_KEY"],
    ["hangs up", (request) => request.socket.destroy(), "does not answer"],
  ])("is UNAVAILABLE when the engine %s", async (_what, listener, sentence) => {
    const baseUrl = await engine(listener);
    await expect(readRun("r", { baseUrl, signingKey })).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining(sentence),
    });
  });

  it("is UNAVAILABLE when nobody listens", async () => {
    await expect(readRun("r", { baseUrl: "http://127.0.0.1:1", signingKey: undefined })).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });
});
