import { describe, expect, it } from "vitest";
import { compileExpression, keyText } from "./expressions.ts";

const bindings = {
  event: { name: "a/b", data: { k: "x", n: 2, list: [1, 2], deep: { a: null }, t: true } },
  async: { data: { k: "x" } },
};

describe("expressions", () => {
  it.each([
    ["event.data.k == async.data.k", true],
    ["event.data.n > 1", true],
    ["event.data.n + 1 == 3", true],
    ["event.data.n * 2 >= 4.5", false],
    ["event.data.missing == 'x'", false],
    ["event.data.missing == null", true],
    ["event.data.missing != 'x'", true],
    ["event.data.missing.deeper == 'x'", false],
    ["event.data.k.deeper == 'x'", false],
    ["event.data.missing > 1", false],
    ["has(event.data.k) && !has(event.data.missing)", true],
    ["event.data['k'] in ['x', 'y']", true],
    ["1 in event.data.list", true],
    ["event.data.k.startsWith('x') && event.name.matches('^a/')", true],
    ["event.data.deep.a == null", true],
    ["event.data.k", false],
    ["async.data.k == event.data.k || async.nothing.at.all == 1", true],
  ])("%s is %s", (source, expected) => expect(compileExpression(source).test(bindings)).toBe(expected));

  it.each([
    ["event.data.k", "x"],
    ["event.data.k + '-' + string(event.data.n)", "x-2"],
    ["event.data.n", 2],
    ["event.data.missing", null],
    ["event.data.t ? 100 : -5", 100],
    ["event.data.list", [1, 2]],
    ["event.data.deep", { a: null }],
    ["'fixed'", "fixed"],
  ])("the value of %s", (source, expected) => expect(compileExpression(source).value(bindings)).toEqual(expected));

  it("leaves what it was given as it was", () => {
    const event = { data: {} };
    compileExpression("event.data.a.b == 1").test({ event });
    expect(event).toEqual({ data: {} });
  });

  it("says which expression isn't one", () => expect(() => compileExpression("event.data.(")).toThrow('"event.data.("'));

  it("makes equal keys of equal values", () => {
    expect(keyText("a")).toBe("a");
    expect([keyText(1), keyText(null), keyText([1])]).toEqual(["1", "null", "[1]"]);
  });
});
