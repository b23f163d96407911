import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { takeOwnerLock } from "./owner-lock.ts";

describe("the owner lock", () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "owner-lock-"));
    file = join(directory, "data", "owner.lock");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test("is taken once, names its owner to the second, and is free again when released", () => {
    const first = takeOwnerLock(file);
    expect(takeOwnerLock(file)).toEqual({ ok: false, ownerPid: process.pid });
    if (first.ok) first.lock.release();
    expect(existsSync(file)).toBe(false);
    expect(takeOwnerLock(file).ok).toBe(true);
  });

  test("of a process that was killed is taken over", async () => {
    const script = `const { takeOwnerLock } = await import(${JSON.stringify(join(import.meta.dirname, "owner-lock.ts"))});
      takeOwnerLock(${JSON.stringify(file)}); process.stdout.write("taken"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    expect(takeOwnerLock(file)).toEqual({ ok: false, ownerPid: child.pid });
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    expect(takeOwnerLock(file).ok).toBe(true);
  });

  test("of a later process with the same number does not count", () => {
    takeOwnerLock(file);
    writeFileSync(file, `${process.pid}\n1\n`);
    expect(takeOwnerLock(file).ok).toBe(true);
  });

  test("that was written half is taken over", () => {
    takeOwnerLock(file);
    writeFileSync(file, "");
    expect(takeOwnerLock(file).ok).toBe(true);
  });
});
