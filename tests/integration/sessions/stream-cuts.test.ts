import { createServer, type Server } from "node:http";
import { Readable } from "node:stream";
import type { LoggedEvent } from "@opencode/core/modules/sessions/contract.ts";
import { applySessionEvent, emptySessionView } from "@opencode/core/modules/sessions/session-view.ts";
import type { SessionId, WorkspaceId } from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareProduct, until } from "./support/product.ts";
import { startScriptedModel } from "./support/scripted-model.ts";
import { seedSample, seedWorkspace } from "./support/seed.ts";

const model = await startScriptedModel();
const product = await prepareProduct({ env: model.env });
const sessions = await import("@opencode/core/modules/sessions/index.ts");
const { parseFrames } = await import("./support/follow-session.ts");

let server: Server;
let url = "";
let key: { workspaceId: WorkspaceId; sessionId: SessionId };

beforeAll(async () => {
  await product.start("engine");
  await product.start("worker");
  server = createServer(async (request, response) => {
    const after = Number(new URL(request.url ?? "/", "http://x").searchParams.get("after"));
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const stream = await sessions.sessionEventStream({ ...key, after, signal: gone.signal });
    response.writeHead(200, { "content-type": "text/event-stream" });
    Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0])
      .on("error", () => response.destroy())
      .pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "";
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await product.stop();
  await model.stop();
});

/** Reads the stream after `after` until it is cut, `forMs` later and at whatever byte that happens to be; whole events count. */
async function readUntilCut(after: number, forMs: number): Promise<LoggedEvent[]> {
  const cut = new AbortController();
  const timer = setTimeout(() => cut.abort(), forMs);
  let text = "";
  try {
    const response = await fetch(`${url}/?after=${after}`, { signal: cut.signal });
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  } catch {
    // cut
  } finally {
    clearTimeout(timer);
  }
  return parseFrames(text.slice(0, text.lastIndexOf("\n\n") + 2));
}

test("a stream that is cut 200 times shows everything once, in order", async () => {
  const { workspaceId, userId } = await seedWorkspace("Cuts");
  const repositoryId = await seedSample({ workspaceId, userId });
  const lines = 'for i in $(seq 1 60); do echo "line $i"; sleep 0.02; done';
  model.script("script-cuts", [
    {
      text: "It says a lot, slowly, so that there is much to cut. ".repeat(60),
      chunkMs: 12,
      calls: [{ name: "bash", input: { command: lines } }],
    },
    { text: "And some more of it. ".repeat(120), chunkMs: 12 },
  ]);
  const { sessionId } = await sessions.createSession({
    workspaceId,
    repositoryId,
    actor: { kind: "user", id: userId },
    origin: "browser",
    prompt: "script-cuts",
    model: "anthropic/scripted",
  });
  key = { workspaceId, sessionId };
  const seen: LoggedEvent[] = [];
  for (let cuts = 0; cuts < 200; cuts++) {
    seen.push(...(await readUntilCut(seen.at(-1)?.seq ?? 0, 5 + Math.random() * 60)));
  }
  const { view } = await until("the turn ends", async () => {
    const found = await sessions.getSession(key);
    return found.view.turns[0]?.state === "completed" ? found : null;
  });
  while ((seen.at(-1)?.seq ?? 0) < view.seq) seen.push(...(await readUntilCut(seen.at(-1)?.seq ?? 0, 300)));
  const seqs = seen.map((event) => event.seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
  expect(seen.reduce(applySessionEvent, emptySessionView)).toEqual(view);
}, 90_000);
