import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pruneOutputs } from "./prune-outputs.ts";

it("removes the oldest until the rest fits", () => {
  const directory = mkdtempSync(join(tmpdir(), "prune-"));
  for (const [name, age] of Object.entries({ new: 1, old: 3, middle: 2 })) {
    writeFileSync(join(directory, name), "x".repeat(100));
    utimesSync(join(directory, name), 1_000 - age, 1_000 - age);
  }
  pruneOutputs(directory, 300);
  expect(readdirSync(directory).length).toBe(3);
  pruneOutputs(directory, 250);
  expect(readdirSync(directory).sort()).toEqual(["middle", "new"]);
  pruneOutputs(directory, 0);
  expect(readdirSync(directory)).toEqual([]);
  rmSync(directory, { recursive: true });
});
