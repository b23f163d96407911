import { describe, expect, test } from "vitest";
import { applyHunks } from "./apply-hunks.ts";
import { parsePatch } from "./parse-patch.ts";

function update(text: string, body: string) {
  const [patch] = parsePatch(`*** Begin Patch\n*** Update File: a.ts\n${body}\n*** End Patch`);
  if (patch?.kind !== "update") throw new Error("no update");
  return applyHunks(text, patch.hunks);
}

describe("hunks", () => {
  test("replace, keep and add lines in order", () => {
    expect(update("a\nb\nc\nd\n", "@@\n a\n-b\n+B\n c\n@@\n c\n-d\n+D\n+E").text).toBe("a\nB\nc\nD\nE\n");
  });
  test("find their place without its white space, and keep the file's own", () => {
    const fuzzy = update("function f() {\n\treturn 1;\n}\n", "@@\n function f() {\n-  return 1;\n+  return 2;\n }");
    expect(fuzzy).toEqual({ text: "function f() {\n\treturn 1;\n}\n".replace("\treturn 1;", "  return 2;"), loosely: true });
    expect(update("    if (x) {\n      go();\n    }\n", "@@\n if (x) {\n-  go();\n+  stop();\n }").text).toBe(
      "    if (x) {\n      stop();\n    }\n",
    );
  });
  test("bear other quotes and dashes", () => {
    expect(update("say(“hi” – now)\nrest\n", '@@\n-say("hi" - now)\n+say(1)\n rest').text).toBe("say(1)\nrest\n");
  });
  test("keep CRLF and a missing last line end", () => {
    expect(update("a\r\nb\r\n", "@@\n a\n-b\n+c\n+d").text).toBe("a\r\nc\r\nd\r\n");
    expect(update("a\nb", "@@\n a\n-b\n+c").text).toBe("a\nc");
  });
  test("are placed by a line above", () => {
    const text = "class A {\n  run() {\n    x();\n  }\n}\nclass B {\n  run() {\n    x();\n  }\n}\n";
    expect(update(text, "@@ class B {\n@@   run() {\n-    x();\n+    y();").text).toBe(text.replace(/x\(\);(?=\n {2}}\n}\n$)/, "y();"));
    expect(() => update(text, "@@\n-    x();\n+    y();")).toThrow(/fits 2 places \(lines 3, 8\)/);
    expect(() => update(text, "@@ class C {\n-    x();\n+    y();")).toThrow(/no line "class C {"/);
  });
  test("only adding ones go below their anchor or to the end", () => {
    expect(update("a\nb\n", "@@ a\n+x").text).toBe("a\nx\nb\n");
    expect(update("a\nb\n", "@@\n+x").text).toBe("a\nb\nx\n");
    expect(update("x\na\nx\n", "@@\n-x\n+y\n*** End of File").text).toBe("x\na\ny\n");
  });
  test("that fit nowhere say which line is missing", () => {
    expect(() => update("a\nb\n", "@@\n a\n-gone\n+x")).toThrow(/no line "gone"/);
  });
});

describe("a patch's text", () => {
  test("holds files of all kinds, with what models put around it", () => {
    const parsed = parsePatch(
      "```\n*** Begin Patch\n*** Add File: n.txt\n+one\n+\n*** Delete File: old.txt\n*** Update File: a.ts\n*** Move to: b.ts\n@@ -1,2 +1,2 @@ head\n-x\n+y\n\n*** Update File: c.ts\n*** Move to: d.ts\n*** End Patch\n```",
    );
    expect(parsed).toEqual([
      { kind: "add", path: "n.txt", content: "one\n\n" },
      { kind: "delete", path: "old.txt" },
      {
        kind: "update",
        path: "a.ts",
        moveTo: "b.ts",
        hunks: [
          {
            anchors: ["head"],
            lines: [
              { mark: "-", text: "x" },
              { mark: "+", text: "y" },
            ],
            atEnd: false,
          },
        ],
      },
      { kind: "update", path: "c.ts", moveTo: "d.ts", hunks: [] },
    ]);
  });
  test.each([
    ["no frame", "+a", /must begin with/],
    ["cut off", "*** Begin Patch\n*** Add File: a\n+x", /cut off/],
    ["no file", "*** Begin Patch\n+x\n*** End Patch", /belongs to no file/],
    ["nothing", "*** Begin Patch\n*** End Patch", /changes nothing/],
    ["twice", "*** Begin Patch\n*** Delete File: a\n*** Delete File: a\n*** End Patch", /more than once/],
    ["a bad mark", "*** Begin Patch\n*** Update File: a\n@@\nx\n*** End Patch", /must begin with " ", "\+" or "-"/],
    ["an empty update", "*** Begin Patch\n*** Update File: a\n*** End Patch", /has no change/],
  ])("is refused for %s", (_name, text, message) => {
    expect(() => parsePatch(text)).toThrow(message);
  });
});
