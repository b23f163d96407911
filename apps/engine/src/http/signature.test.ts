import { expect, it } from "vitest";
import { canonicalJson } from "../canonical-json.ts";
import { bearerOf, isSigned, signatureHeader } from "./signature.ts";

const key = `signkey-test-${"ab".repeat(32)}`;
const nowMs = 1_795_361_015_000;

it("signs and checks bodies; a prefix of the key plays no part", () => {
  const header = signatureHeader(key, '{"a":1}', nowMs);
  expect(header).toMatch(/^t=1795361015&s=[0-9a-f]{64}$/);
  expect(isSigned("ab".repeat(32), '{"a":1}', header, nowMs)).toBe(true);
  expect(isSigned(key, '{"a":2}', header, nowMs)).toBe(false);
  expect(isSigned(key, '{"a":1}', header, nowMs + 301_000)).toBe(false);
  expect(isSigned(key, '{"a":1}', undefined, nowMs)).toBe(false);
  expect(isSigned(`${key}0`, '{"a":1}', header, nowMs)).toBe(false);
});

it("makes the bearer of the hashed key", () => expect(bearerOf(key)).toMatch(/^signkey-test-[0-9a-f]{64}$/));

it("writes canonical JSON", () => {
  expect(canonicalJson({ b: [{ z: 1, a: null }], a: "é", A: 1e21, "": -0 })).toBe('{"":0,"A":1e+21,"a":"é","b":[{"a":null,"z":1}]}');
});
