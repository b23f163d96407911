import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { LiveHint } from "@opencode/core/platform/live/live-hint.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reservePort } from "../../harness/reserve-port.ts";
import { until } from "../sessions/support/product.ts";

const port = await reservePort(23_400);
process.env.WORKER_INTERNAL_URL = `http://127.0.0.1:${port}`;
const { internalHeaders } = await import("@opencode/core/platform/internal-call.ts");
const { listenLive } = await import("@opencode/core/platform/live/live-hub.ts");
const { joinStream, liveStreamPath, sendHint } = await import("@opencode/core/platform/live/stream-transport.ts");

const script = join(import.meta.dirname, "harness/live-worker-process.ts");
let worker: ChildProcess;
const heardHere: LiveHint[] = [];
const heardThere: LiveHint[] = [];

const hint = (seq: number, given: Partial<LiveHint> = {}): LiveHint => ({
  workspaceId: "wsp",
  topic: "heard",
  seq,
  items: [],
  source: "a test",
  ...given,
});

async function startWorker(): Promise<void> {
  worker = fork(script, [String(port)], { env: { ...process.env, SERVICE_NAME: "worker" } });
  await once(worker, "message");
  worker.on("message", (message: LiveHint) => heardThere.push(message));
}

/** Another process of ours, by hand: what it is sent, line by line. */
async function openStream(headers = internalHeaders(liveStreamPath, "")): Promise<{ socket: Duplex; lines: string[] } | number> {
  const asked = request({ port, path: liveStreamPath, headers: { ...headers, connection: "Upgrade", upgrade: "opencode-live" } });
  asked.end();
  return new Promise((resolve, reject) => {
    asked.once("error", reject);
    asked.once("response", ({ statusCode }) => resolve(statusCode ?? 0));
    asked.once("upgrade", (_response, socket) => {
      const lines: string[] = [];
      socket.on("data", (chunk: Buffer) => lines.push(...chunk.toString().split("\n").filter(Boolean)));
      resolve({ socket, lines });
    });
  });
}

async function opened() {
  const stream = await openStream();
  if (typeof stream === "number") throw new Error(`refused with ${stream}`);
  return stream;
}

beforeAll(async () => {
  await startWorker();
  listenLive("heard", (news) => heardHere.push(news));
}, 60_000);
afterAll(() => void worker.kill("SIGKILL"));

test("what one process says, the worker and every other one hears", async () => {
  const third = await opened();
  sendHint(hint(1));
  await until("heard at the worker", async () => heardThere.some(({ seq }) => seq === 1));
  await until("heard by the third", async () => third.lines.some((line) => JSON.parse(line).seq === 1));
  joinStream();
  worker.send(hint(2, { items: [{ seq: 2, json: '{"text":"ä\\n"}' }] }));
  await until("heard here", async () => heardHere.find(({ seq }) => seq === 2)?.items[0]?.json === '{"text":"ä\\n"}');
  expect(heardHere.filter(({ seq }) => seq === 1)).toEqual([]);
  third.socket.destroy();
});

test("a line that is no hint, and a hint in two pieces, cost no other", async () => {
  const third = await opened();
  third.socket.write('no hint\n{"topic":7}\n\n');
  const text = Buffer.from(`${JSON.stringify(hint(3, { items: [{ seq: 3, json: '"ä"' }] }))}\n${JSON.stringify(hint(4))}\n`);
  const middle = text.indexOf("ä") + 1;
  third.socket.write(text.subarray(0, middle));
  await new Promise((resolve) => setTimeout(resolve, 50));
  third.socket.write(text.subarray(middle));
  await until("heard whole", async () => heardHere.find(({ seq }) => seq === 3)?.items[0]?.json === '"ä"');
  await until("and what came after it", async () => heardHere.some(({ seq }) => seq === 4));
  third.socket.destroy();
});

test("a stream that nobody signed is refused, as is another path's signature", async () => {
  expect(await openStream({})).toBe(401);
  expect(await openStream(internalHeaders("/api/internal/tunnel", ""))).toBe(401);
});

test("who does not read is cut off, and the others hear on", async () => {
  const third = await opened();
  third.socket.pause();
  const large = hint(5, { items: [{ seq: 5, json: JSON.stringify("x".repeat(500_000)) }] });
  for (let index = 0; index < 40; index++) worker.send(large);
  worker.send(hint(6));
  await until("heard here", async () => heardHere.some(({ seq }) => seq === 6));
  const closed = once(third.socket, "close");
  third.socket.resume();
  await closed;
  expect(third.lines.join("").length).toBeLessThan(20_000_000);
});

test("after the worker was killed its hints come again by themselves", async () => {
  const exited = once(worker, "exit");
  worker.kill("SIGKILL");
  await exited;
  sendHint(hint(7));
  await startWorker();
  await until("heard again", async () => {
    worker.send(hint(8));
    return heardHere.some(({ seq }) => seq === 8);
  });
});
