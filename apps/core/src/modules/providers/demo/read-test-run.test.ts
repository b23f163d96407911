import { describe, expect, it } from "vitest";
import { readTestRun } from "./read-test-run.ts";

const spec = `
> tally@0.3.0 test
> node --test

✔ one (1.3ms)
✖ parts, to the cent (1.1ms)
ℹ tests 2
ℹ suites 0
ℹ pass 1
ℹ fail 1
ℹ cancelled 0

✖ failing tests:

test at test/a.test.ts:19:1
✖ parts, to the cent (1.1ms)
  AssertionError [ERR_ASSERTION]: Expected values
  {
    actual: [ 1 ],
    expected: [ 2 ],
    operator: 'deepStrictEqual',
  }
Exit code 1.`;

const tap = `TAP version 13
# Subtest: parts
not ok 1 - parts
  ---
  duration_ms: 3
  location: '/workspace/test/a.test.ts:19:1'
  expected: 2
  actual: 1
  ...
1..1
# tests 2
# pass 1
# fail 1
# cancelled 0`;

describe("readTestRun", () => {
  it("reads numbers and failures of the spec form, also in colours", () => {
    const expected = {
      total: 2,
      passed: 1,
      failed: 1,
      failures: [{ name: "parts, to the cent", file: "test/a.test.ts", line: 19, actual: "[ 1 ]", expected: "[ 2 ]" }],
    };
    expect(readTestRun(spec)).toEqual(expected);
    expect(readTestRun(spec.replaceAll("ℹ", "\u001b[34mℹ").replaceAll(/(?<=ℹ .*)$/gm, "\u001b[39m"))).toEqual(expected);
  });

  it("reads the tap form", () => {
    expect(readTestRun(tap)).toMatchObject({
      failed: 1,
      failures: [{ name: "parts", file: "test/a.test.ts", line: 19, actual: "1", expected: "2" }],
    });
  });

  it("says nothing when there is no summary", () => {
    expect(readTestRun("bash: npm: command not found\nExit code 127.")).toBeNull();
    expect(readTestRun("")).toBeNull();
  });
});
