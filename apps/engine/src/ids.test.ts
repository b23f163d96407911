import { expect, it } from "vitest";
import { boundedKey, newJobId, stableUuid, ulid } from "./ids.ts";

it("makes sortable ids of time and randomness", () => {
  expect(ulid(1795360505073, Buffer.from("MIdTdcGrcjG34w==", "base64"), 1)).toBe("01M81X6F7H623N6XE1NDS33DZ4");
  expect(ulid(1, new Uint8Array(10)) < ulid(2, new Uint8Array(10))).toBe(true);
  expect(ulid(Date.now())).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
});

it("makes the same UUID of the same text, and job ids like the server's", () => {
  expect(stableUuid("a")).toBe(stableUuid("a"));
  expect(stableUuid("a")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newJobId()).toMatch(/^[0-9a-z]{5,13}$/);
});

it("keeps keys short and storable", () => {
  expect(boundedKey("short")).toBe("short");
  expect(boundedKey("a\u0000\ud800b")).toBe("a\ufffd\ufffdb");
  expect(boundedKey("x".repeat(600))).toMatch(/^sha1:[0-9a-f]{40}$/);
});
