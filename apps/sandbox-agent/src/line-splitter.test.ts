import { expect, it } from "vitest";
import { LineSplitter } from "./line-splitter.ts";

it("gives whole lines, however they come", () => {
  const text = '1 {}\n\n2 {"name":"häuser"}\n3';
  for (const size of [1, 2, 5, 100]) {
    const splitter = new LineSplitter(100);
    const bytes = Buffer.from(text);
    const lines: (string | undefined)[] = [];
    for (let at = 0; at < bytes.length; at += size) lines.push(...(splitter.push(bytes.subarray(at, at + size)) ?? [undefined]));
    expect(lines).toEqual(["1 {}", "", '2 {"name":"häuser"}']);
  }
});

it("gives up on a line that is longer than allowed, also before it ends", () => {
  expect(new LineSplitter(4).push(Buffer.from("1234\n12345\n"))).toBeNull();
  const splitter = new LineSplitter(3_000);
  for (let count = 0; count < 3_000; count += 1) expect(splitter.push(Buffer.from("x"))).toEqual([]);
  expect(splitter.push(Buffer.from("x"))).toBeNull();
});
