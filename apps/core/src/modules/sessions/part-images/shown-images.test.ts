import { describe, expect, test } from "vitest";
import { newId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import type { Part } from "../contract.ts";
import { newestShown } from "./shown-images.ts";

const place = () => ({ id: newId("part"), messageId: newId("message"), ordinal: 0 });
const picture = (sizeBytes: number): Part => ({
  ...place(),
  type: "image",
  name: "a.png",
  mime: "image/png",
  sizeBytes,
  width: 1,
  height: 1,
});
const read = (sizeBytes: number): Part => ({
  ...place(),
  type: "tool",
  callId: "call",
  tool: "read",
  state: "completed",
  decision: null,
  answer: null,
  input: {},
  title: "",
  output: "",
  exitCode: null,
  error: null,
  metadata: { images: [{ mime: "image/png", sizeBytes }] },
  startedAt: null,
  endedAt: null,
});
const idsOf = (parts: readonly Part[]) => parts.map(({ id }) => id);

describe("pictures that are shown again", () => {
  test("are the newest, so many of prompts and so many of calls", () => {
    const pictures = Array.from({ length: limits.image.shown + 2 }, () => picture(10));
    const reads = Array.from({ length: limits.tool.shownImages + 2 }, () => read(10));
    expect(newestShown([...pictures, ...reads])).toEqual(idsOf([...pictures.slice(2), ...reads.slice(2)]));
  });

  test("weigh together no more than a request takes, whoever sent them", () => {
    const half = limits.image.shownBytes / 2;
    const parts = [picture(1), picture(half), read(half - 1), picture(1)];
    expect(newestShown(parts)).toEqual(idsOf(parts.slice(1)));
    const more = [...parts, read(1)];
    expect(newestShown(more)).toEqual(idsOf(more.slice(2)));
  });
});
