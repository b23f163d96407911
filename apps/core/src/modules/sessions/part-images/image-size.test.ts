import { expect, test } from "vitest";
import { imageSize } from "./image-size.ts";

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))));
const zeros = (count: number) => Array.from({ length: count }, () => 0);

test.each([
  ["PNG", bytes("\x89PNG\r\n\x1a\n", [0, 0, 0, 13], "IHDR", [0, 0, 3, 32, 0, 0, 2, 88])],
  ["GIF", bytes("GIF89a", [0x20, 3, 0x58, 2])],
  ["JPEG", bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1, 0xff, 0xc4, 0, 3, 9, 0xff, 0xc2, 0, 11, 8, 2, 0x58, 3, 0x20, 1, 1])],
  ["WebP, lossy", bytes("RIFF", zeros(4), "WEBPVP8 ", zeros(10), [0x20, 3, 0x58, 2])],
  ["WebP, lossless", bytes("RIFF", zeros(4), "WEBPVP8L", zeros(4), [0x2f, 0x1f, 0xc3, 0x95, 0], zeros(8))],
  ["WebP, extended", bytes("RIFF", zeros(4), "WEBPVP8X", zeros(8), [0x1f, 3, 0, 0x57, 2, 0])],
])("the size of a %s is read from its head", (_kind, content) => {
  expect(imageSize(content)).toEqual({ width: 800, height: 600 });
});

test.each([
  ["an empty file", bytes("")],
  ["a cut PNG", bytes("\x89PNG\r\n\x1a\n")],
  ["a JPEG without a frame", bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1])],
  ["a JPEG whose segment has no length", bytes([0xff, 0xd8, 0xff, 0xe0, 0, 0], zeros(20))],
  ["text", bytes("<svg width='3'>")],
])("%s has none", (_what, content) => {
  expect(imageSize(content)).toBeNull();
});
