import { expect, test } from "vitest";
import { nameStatements } from "./name-statements.ts";

const query = (sql: string, args: readonly unknown[] = [1]) => ({ sql, args });

test("a statement that comes again and again is kept under a name of its own", () => {
  const nameOf = nameStatements();
  expect([1, 2, 3, 4].map(() => nameOf(query("SELECT $1")))).toEqual(["", "", "kept_0", "kept_0"]);
  expect([1, 2, 3].map(() => nameOf(query("SELECT $1, 2"))).at(-1)).toBe("kept_1");
});

test("what opens and ends transactions is never kept, nor more than a connection can hold", () => {
  const nameOf = nameStatements();
  expect(Array.from({ length: 9 }, () => nameOf(query("COMMIT", []))).join("")).toBe("");
  const names = Array.from({ length: 300 }, (_, index) => [1, 2, 3].map(() => nameOf(query(`SELECT $1, ${index}`))).at(-1));
  expect(new Set(names.filter((name) => name !== "")).size).toBe(200);
  expect(nameOf(query("SELECT $1, 0"))).toBe("kept_0");
});
