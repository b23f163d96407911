import { expect, it } from "vitest";
import type { Item, Run } from "./run/run.ts";
import { Scheduler } from "./scheduler.ts";

interface Probe {
  readonly scheduler: Scheduler;
  readonly begun: string[];
  finish(id: string): Promise<void>;
}

function probe(maxInFlight: number): Probe {
  const begun: string[] = [];
  const open = new Map<string, () => void>();
  const scheduler = new Scheduler(maxInFlight, (item) => {
    begun.push(item.id);
    return new Promise<void>((resolve) => open.set(item.id, resolve));
  });
  scheduler.start();
  const finish = async (id: string): Promise<void> => {
    open.get(id)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { scheduler, begun, finish };
}

let sequence = 0;
function itemOf(id: string, slots: Run["slots"] = [], options: { dueMs?: number; priorityMs?: number } = {}): Item {
  const items = new Map<string, Item>();
  const run = { endedMs: null, slots, priorityMs: options.priorityMs ?? 0, items } as unknown as Run;
  sequence += 1;
  const item = { id, run, dueMs: options.dueMs ?? sequence } as Item;
  items.set(id, item);
  return item;
}

it("hands out no more at once than it may, in order of time and priority", async () => {
  const { scheduler, begun, finish } = probe(1);
  scheduler.offer(itemOf("a"));
  scheduler.offer(itemOf("late", [], { dueMs: 1_000 }));
  scheduler.offer(itemOf("early", [], { dueMs: 900 }));
  scheduler.offer(itemOf("important", [], { dueMs: 1_000, priorityMs: 600 }));
  for (const id of ["a", "important", "early", "late"]) await finish(id);
  expect(begun).toEqual(["a", "important", "early", "late"]);
});

it("keeps every limit of an item, and lets others pass", async () => {
  const { scheduler, begun, finish } = probe(10);
  const account = { key: "account", limit: 2 };
  scheduler.offer(itemOf("a1", [{ key: "a", limit: 1 }, account]));
  scheduler.offer(itemOf("a2", [{ key: "a", limit: 1 }, account]));
  scheduler.offer(itemOf("b1", [{ key: "b", limit: 1 }, account]));
  scheduler.offer(itemOf("c1", [{ key: "c", limit: 1 }, account]));
  scheduler.offer(itemOf("free"));
  expect(begun).toEqual(["a1", "b1", "free"]);
  await finish("b1");
  expect(begun).toEqual(["a1", "b1", "free", "c1"]);
  await finish("a1");
  await finish("c1");
  expect(begun).toEqual(["a1", "b1", "free", "c1", "a2"]);
  expect(scheduler.backlog).toBe(0);
});

it("passes the turn of an ended run on", async () => {
  const { scheduler, begun, finish } = probe(10);
  const slots = [{ key: "k", limit: 1 }];
  const gone = itemOf("gone", slots);
  scheduler.offer(itemOf("first", slots));
  scheduler.offer(gone);
  scheduler.offer(itemOf("next", slots));
  gone.run.endedMs = 1;
  await finish("first");
  expect(begun).toEqual(["first", "next"]);
});

it("holds back everything while it is paused", () => {
  const { scheduler, begun } = probe(1);
  scheduler.pause();
  scheduler.offer(itemOf("later"));
  expect([begun, scheduler.backlog]).toEqual([[], 1]);
  scheduler.start();
  expect(begun).toEqual(["later"]);
});
