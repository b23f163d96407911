import { expect, it } from "vitest";
import { Heap } from "./heap.ts";

it("gives entries in order", () => {
  const heap = new Heap<number>((a, b) => a - b);
  const values = Array.from({ length: 500 }, (_, index) => (index * 7_919) % 503);
  for (const value of values) heap.push(value);
  const popped: number[] = [];
  for (let next = heap.pop(); next !== undefined; next = heap.pop()) popped.push(next);
  expect(popped).toEqual([...values].sort((a, b) => a - b));
  expect([heap.size, heap.peek(), heap.pop()]).toEqual([0, undefined, undefined]);
});
