import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { Duplex } from "node:stream";
import { afterAll, expect, test, vi } from "vitest";
import { newId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { createPreviewServer } from "./preview-server.ts";
import { signGrant } from "./preview-token.ts";

// The ways to ports of sandboxes, and whether somebody may go there.
const ways = vi.hoisted(() => ({ asked: 0, open: [] as ((stream: Duplex | null) => void)[] }));
vi.mock("./port-tunnel.ts", () => ({
  openPort: () => {
    ways.asked += 1;
    return new Promise<Duplex | null>((resolve) => ways.open.push(resolve));
  },
}));
vi.mock("./preview-rights.ts", () => ({ mayVisit: async () => true }));

const server = createPreviewServer()?.listen(0, "127.0.0.1");
afterAll(() => server?.close());

const key = { workspaceId: newId("workspace"), sessionId: newId("session"), userId: newId("user") };
const sandboxId = key.sessionId.replace("ses_", "sbx_");
const cookie = `opencode-preview=${signGrant({ ...key, kind: "visit", sandboxId, port: 3000, expiresAt: Date.now() + 60_000 })}`;
const host = `p-3000-${sandboxId.slice(4)}.localhost`;
function visit() {
  const address = server?.address() as AddressInfo | undefined;
  const visitor = request({ host: "127.0.0.1", port: address?.port, headers: { host, cookie }, agent: false });
  return visitor.on("error", () => undefined).end();
}
const closed = () => new Promise<void>((resolve) => server?.once("connection", (socket) => socket.once("close", () => resolve())));

test("a visitor who leaves before the way is open takes no place, and the way is closed", async () => {
  ways.asked = 0;
  for (let count = 1; count <= limits.preview.maxTunnels + 1; count += 1) {
    const left = closed();
    const visitor = visit();
    await vi.waitFor(() => expect(ways.asked).toBe(count), { interval: 1 });
    visitor.destroy();
    await left;
    const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
    ways.open.shift()?.(stream);
    await vi.waitFor(() => expect(stream.destroyed).toBe(true), { interval: 1 });
  }
});

test("those who stay are counted", async () => {
  ways.asked = 0;
  const visitors = Array.from({ length: limits.preview.maxTunnels }, () => visit());
  await vi.waitFor(() => expect(ways.asked).toBe(visitors.length));
  const status = await new Promise((resolve) => visit().once("response", (response) => resolve(response.statusCode)));
  expect(status).toBe(502);
  expect(ways.asked).toBe(visitors.length);
  for (const visitor of visitors) visitor.destroy();
});
