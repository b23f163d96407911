import { describe, expect, it } from "vitest";
import { encodeFrame, FrameReader } from "./frames.ts";

describe("FrameReader", () => {
  it("puts frames together however they were cut", () => {
    const frames = [{ id: 1, text: "ü" }, { id: 2 }, { id: 3 }];
    const bytes = Buffer.concat(frames.map((head, index) => encodeFrame(head, Buffer.alloc(index * 7, index))));
    for (const size of [1, 3, 8, 11, bytes.length]) {
      const reader = new FrameReader();
      const seen = [];
      for (let offset = 0; offset < bytes.length; offset += size) seen.push(...reader.push(bytes.subarray(offset, offset + size)));
      expect(seen.map(({ head }) => head)).toEqual(frames);
      expect(seen.map(({ body }) => body.length)).toEqual([0, 7, 14]);
    }
  });

  it("refuses lengths over the limit and heads that are not JSON", () => {
    const huge = Buffer.alloc(8);
    huge.writeUInt32BE(0xffffffff, 0);
    expect(() => new FrameReader().push(huge)).toThrow();
    const noise = Buffer.concat([Buffer.from([0, 0, 0, 3, 0, 0, 0, 0]), Buffer.from("}{}")]);
    expect(() => new FrameReader().push(noise)).toThrow();
  });
});
