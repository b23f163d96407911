import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { SourceTimes } from "./source-times.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "source-times-"));
});
afterEach(() => rmSync(root, { recursive: true }));

it("tells what was made, changed and removed since the last time", () => {
  const times = new SourceTimes();
  writeFileSync(join(root, "a.py"), "1");
  expect(times.changes(root, ".py")).toEqual([]);
  mkdirSync(join(root, "below"));
  writeFileSync(join(root, "below/b.py"), "1");
  writeFileSync(join(root, "c.txt"), "1");
  expect(times.changes(root, ".py")).toEqual([{ path: "below/b.py", type: 1 }]);
  rmSync(join(root, "a.py"));
  expect(times.changes(root, ".py")).toEqual([{ path: "a.py", type: 3 }]);
});

it("tells nothing while there are too many files to look at, and nothing wrong afterwards", () => {
  const times = new SourceTimes();
  writeFileSync(join(root, "a.py"), "1");
  expect(times.changes(root, ".py")).toEqual([]);
  // More than are looked at, at the end of one directory and at the beginning of the next one.
  mkdirSync(join(root, "many/more"), { recursive: true });
  for (let count = 0; count < 4_996; count += 1) writeFileSync(join(root, "many", `${count}.txt`), "");
  for (const name of ["0", "1", "2"]) writeFileSync(join(root, "many/more", `${name}.py`), "");
  for (let count = 0; count < 3; count += 1) {
    expect(times.changes(root, ".py")).toEqual([]);
    writeFileSync(join(root, `extra-${count}.py`), "");
  }
  rmSync(join(root, "many"), { recursive: true });
  expect(times.changes(root, ".py")).toEqual([]);
  rmSync(join(root, "a.py"));
  expect(times.changes(root, ".py")).toEqual([{ path: "a.py", type: 3 }]);
});
