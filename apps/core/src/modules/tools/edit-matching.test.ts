import { describe, expect, test } from "vitest";
import { findMatches, fitReplacement } from "./edit-matching.ts";

/** What an edit makes of a file; null when the place is not found once. */
function edited(content: string, wanted: string, replacement: string): string | null {
  const { way, matches } = findMatches(content, wanted);
  const [match] = matches;
  if (!match || matches.length > 1) return null;
  return (
    content.slice(0, match.start) +
    fitReplacement(content.slice(match.start, match.end), wanted, replacement, way) +
    content.slice(match.end)
  );
}

const file = `function add(a, b) {
  if (a) {
    return a + b;
  }
  return b;
}
`;

describe("finding the place", () => {
  test.each([
    ["exact", "return b;"],
    ["line-trimmed", "if (a) {\nreturn a + b;\n}"],
    ["anchored", "if (a) {\n  return a+b ;\n}\nreturn b;"],
    ["whitespace", "  return   b;\n}"],
  ])("%s", (way, wanted) => {
    const found = findMatches(file, wanted);
    expect(found).toMatchObject({ way, matches: [expect.anything()] });
  });

  test("by indentation, when the block stands elsewhere in the line", () => {
    const found = findMatches("x\n\t\tone {\n\t\t\ttwo\n\t\t}\ny\n", "\none {\n\ttwo\n}\n\n");
    expect(found.matches).toHaveLength(1);
  });

  test("the strictest way that finds anything decides, and every place is counted", () => {
    expect(findMatches("  a\na\n", "a").matches).toHaveLength(2);
    expect(findMatches("  a\n  b\n  a\n  b\n", "a\nb").matches).toHaveLength(2);
    expect(findMatches("aaaa", "aa").matches).toHaveLength(2);
  });

  test("nothing at all, blank text, or text that is longer than the file is no place", () => {
    expect(findMatches(file, "multiply").matches).toEqual([]);
    expect(findMatches(file, "   \n  \n").matches).toEqual([]);
    expect(findMatches("a", "a\nb\nc").matches).toEqual([]);
    expect(findMatches("", "a").matches).toEqual([]);
  });

  test("half a block between the same first and last line is not enough alike", () => {
    expect(findMatches("{\n1\n2\n3\n4\n}\n", "{\nx\ny\nz\nw\n}").matches).toEqual([]);
  });
});

describe("putting the new text there", () => {
  test("with the file's own indentation when the model wrote another", () => {
    expect(edited(file, "if (a) {\n  return a + b;\n}", "if (a > 0) {\n  return a - b;\n}")).toBe(
      file.replace("if (a) {", "if (a > 0) {").replace("return a + b;", "return a - b;"),
    );
  });
  test("with the file's own line ends", () => {
    const crlf = file.replaceAll("\n", "\r\n");
    expect(edited(crlf, "  if (a) {\n    return a + b;", "  if (b) {\n    return a;")).toBe(
      crlf.replace("if (a) {", "if (b) {").replace("return a + b;", "return a;"),
    );
  });
  test("no line is doubled or lost where the wanted text ends with a line's end", () => {
    expect(edited("a\n  b\nc\n", "b\n", "B\n")).toBe("a\n  B\nc\n");
    expect(edited("one\n  two\nthree", " two\n", " TWO\n")).not.toBeNull();
    expect(edited("a\n   b\n   c\nd\n", "b\nc\n", "x\n")).toBe("a\n   x\nd\n");
  });
  test("dollar signs and backslashes are themselves", () => {
    expect(edited("x = 1;", "1", "$& $1 \\n")).toBe("x = $& $1 \\n;");
  });
  test("a byte-order mark stays", () => {
    expect(edited("\u{feff}a\n", "a", "b")).toBe("\u{feff}b\n");
  });
});

test("a large file and a large text take no time to speak of", () => {
  const large = Array.from({ length: 50_000 }, (_, index) => `  line ${index % 100}`).join("\n");
  const before = performance.now();
  findMatches(large, `${Array.from({ length: 200 }, (_, index) => `line ${(index * 7) % 100} `).join("\n")}`);
  expect(performance.now() - before).toBeLessThan(3_000);
});
