import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { newId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import type { WriterKey } from "../event-log-repo.ts";
import { restSandbox } from "./held-sandbox.ts";
import { holdTurn, letGoOfTurn } from "./hold-turn.ts";
import { watchTurn } from "./watch-turns.ts";

vi.mock("./held-sandbox.ts", () => ({ restSandbox: vi.fn() }));
vi.mock("./watch-turns.ts", () => ({ watchTurn: vi.fn(() => () => undefined) }));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.runOnlyPendingTimers();
  vi.useRealTimers();
  vi.clearAllMocks();
});

const newKey = (sessionId = newId("session")): WriterKey => ({
  workspaceId: newId("workspace"),
  sessionId,
  turnId: newId("turn"),
  fence: 1,
});
const step = (key: WriterKey) => holdTurn(key, async () => "done");
const lose = (loss: "stopped" | "taken over") => vi.mocked(watchTurn).mock.lastCall?.[0].onLost(loss);

test("a turn that waits for somebody lets its sandbox rest, but not between two steps", async () => {
  const key = newKey();
  await step(key);
  await vi.advanceTimersByTimeAsync(limits.turn.lingerMs - 1);
  await step(key);
  await vi.advanceTimersByTimeAsync(limits.turn.lingerMs - 1);
  expect(restSandbox).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(restSandbox).toHaveBeenCalledExactlyOnceWith(key);
});

test.each(["stopped", "taken over"] as const)("a turn that is %s between its steps lets its sandbox rest", async (loss) => {
  const key = newKey();
  await step(key);
  lose(loss);
  expect(restSandbox).toHaveBeenCalledExactlyOnceWith(key);
  await vi.advanceTimersByTimeAsync(limits.turn.lingerMs);
  expect(restSandbox).toHaveBeenCalledOnce();
});

test("a turn that is lost in a step lets its sandbox rest after it", async () => {
  const key = newKey();
  const result = await holdTurn(key, async () => {
    lose("taken over");
    expect(restSandbox).not.toHaveBeenCalled();
  });
  expect(result).toEqual({ outcome: "lost" });
  await vi.advanceTimersByTimeAsync(limits.turn.lingerMs);
  expect(restSandbox).toHaveBeenCalledExactlyOnceWith(key);
});

test("the sandbox does not rest while the session's next turn works in it", async () => {
  const [before, next] = [newKey(), newKey()];
  const key = { ...next, sessionId: before.sessionId };
  await step(before);
  await holdTurn(key, () => vi.advanceTimersByTimeAsync(limits.turn.lingerMs));
  expect(restSandbox).not.toHaveBeenCalled();
  await letGoOfTurn(key);
});
