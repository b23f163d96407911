import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { OutputBuffer } from "./output-buffer.ts";

const directory = mkdtempSync(join(tmpdir(), "output-buffer-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function buffer(name: string, maxFileBytes = 1_000_000) {
  const file = join(directory, name);
  return { file, buffer: new OutputBuffer({ maxBytes: 100, maxFileBytes, file }) };
}

describe("OutputBuffer", () => {
  it("keeps what fits, without a file", () => {
    const { file, buffer: output } = buffer("small");
    for (const part of ["a".repeat(60), "b".repeat(40)]) output.push(Buffer.from(part));
    expect(output.text()).toBe("a".repeat(60) + "b".repeat(40));
    expect(output.truncated).toBe(false);
    expect(existsSync(file)).toBe(false);
  });

  it("cuts in the middle and keeps the whole in its file, however the chunks came", () => {
    const whole = Array.from({ length: 100 }, (_, index) => `line ${index}\n`).join("");
    for (const size of [1, 7, 50, 99, 100, 101, 5_000]) {
      const { file, buffer: output } = buffer(`cut-${size}`);
      for (let offset = 0; offset < whole.length; offset += size) output.push(Buffer.from(whole.slice(offset, offset + size)));
      output.close();
      expect(output.truncated).toBe(true);
      expect(output.text()).toBe(`${whole.slice(0, 50)}\n[… ${whole.length - 100} bytes left out …]\n${whole.slice(-50)}`);
      expect(readFileSync(file, "utf8")).toBe(whole);
    }
  });

  it("does not cut a character in two", () => {
    const { buffer: output } = buffer("characters");
    output.push(Buffer.from(`x${"ü€😀".repeat(100)}`));
    expect(output.text()).not.toContain("\uFFFD");
  });

  it("bounds the file", () => {
    const { file, buffer: output } = buffer("bounded", 250);
    for (let index = 0; index < 100; index += 1) output.push(Buffer.alloc(64, 120));
    output.close();
    expect(readFileSync(file).length).toBe(250);
    expect(output.text()).toContain("6300 bytes left out");
  });

  it("is written to a file of its own, whatever stands in its place", () => {
    const target = join(directory, "target");
    writeFileSync(target, "untouched");
    for (const plant of [
      (file: string) => symlinkSync(target, file),
      (file: string) => mkdirSync(join(file, "below"), { recursive: true }),
      (file: string) => execFileSync("mkfifo", [file]),
    ]) {
      const { file, buffer: output } = buffer("planted");
      rmSync(file, { recursive: true, force: true });
      plant(file);
      output.push(Buffer.from("x".repeat(1_000)));
      output.close();
      expect(readFileSync(file, "utf8")).toBe("x".repeat(1_000));
    }
    expect(readFileSync(target, "utf8")).toBe("untouched");
  });
});
