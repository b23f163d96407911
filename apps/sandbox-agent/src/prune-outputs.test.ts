import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
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

it("takes away what a command has put there, and nothing that it points to", () => {
  const directory = mkdtempSync(join(tmpdir(), "prune-"));
  const kept = join(directory, "kept");
  const outputs = join(directory, "outputs");
  mkdirSync(kept);
  mkdirSync(join(outputs, "directory", "below"), { recursive: true });
  symlinkSync(kept, join(outputs, "link"));
  symlinkSync("nowhere", join(outputs, "dangling"));
  pruneOutputs(outputs, 0);
  expect(readdirSync(outputs)).toEqual([]);
  expect(existsSync(kept)).toBe(true);
  rmSync(directory, { recursive: true });
});
