import { expect, it } from "vitest";
import { storableJson } from "./storable-json.ts";

it("takes NUL and lone surrogates out of text, and leaves documents inside it as they are", () => {
  const document = JSON.stringify({ data: "\u0000 \ud800 \\u0000" });
  const rows = [{ name: "a\u0000b\ud800c\udc00d", path: "C:\\u0000", pair: "😀", document }];
  const [row] = JSON.parse(storableJson(rows)) as typeof rows;
  expect(row).toEqual({ name: "a\ufffdb\ufffdc\ufffdd", path: "C:\\u0000", pair: "😀", document });
});
