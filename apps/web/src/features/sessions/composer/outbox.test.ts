import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { beforeEach, expect, test, vi } from "vitest";

const tab = new Map<string, string>();
vi.stubGlobal("sessionStorage", {
  getItem: (key: string) => tab.get(key) ?? null,
  setItem: (key: string, value: string) => tab.set(key, value),
  removeItem: (key: string) => tab.delete(key),
});

/** The page as it is loaded: what was in its memory is gone. */
async function load() {
  vi.resetModules();
  return import("./outbox.ts");
}

const prompt = (key: string) => ({
  key,
  text: `text of ${key}`,
  mode: "queue" as const,
  model: "demo",
  agent: "build",
  pictures: 0,
  images: [],
  state: "sending" as const,
  error: null,
});

beforeEach(() => tab.clear());

test("what was not acknowledged survives a reload, under the id of its request", async () => {
  const before = await load();
  before.addOutgoing("ses_1", prompt("a"));
  before.addOutgoing("ses_1", prompt("b"));
  before.changeOutgoing("ses_1", "a", { state: "acknowledged" });
  const after = await load();
  expect(after.outbox.get("ses_1")).toMatchObject([{ key: "b", text: "text of b", state: "failed" }]);
  after.removeOutgoing("ses_1", () => true);
  expect((await load()).outbox.get("ses_1")).toEqual([]);
  expect([...tab.keys()].filter((key) => key.startsWith("outbox:"))).toEqual([]);
});

test("what cannot be read is no prompt", async () => {
  tab.set("outbox:ses_1", '[{"key":1}]');
  expect((await load()).outbox.get("ses_1")).toEqual([]);
});

test("a prompt has arrived when a turn, or a message to one, has the id of its request", async () => {
  const { isArrived } = await load();
  const view = { turns: [{ requestId: "a" }, {}], steers: [{ requestId: "b" }] } as unknown as SessionView;
  expect(["a", "b", "c"].map((key) => isArrived(view, key))).toEqual([true, true, false]);
});
