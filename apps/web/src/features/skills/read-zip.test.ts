import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { toBase64 } from "./read-upload.ts";
import { readZip } from "./read-zip.ts";

function zip(files: Readonly<Record<string, string>>, isPacked = true): Uint8Array {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const [name, plain] = [Buffer.from(path), Buffer.from(text)];
    const content = isPacked ? deflateRawSync(plain) : plain;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04_03_4b_50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02_01_4b_50, 0);
    entry.writeUInt16LE(isPacked ? 8 : 0, 10);
    entry.writeUInt32LE(content.length, 20);
    entry.writeUInt32LE(plain.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, name, content);
    entries.push(entry, name);
    offset += 30 + name.length + content.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06_05_4b_50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...locals, ...entries, end]));
}

const texts = (files: Awaited<ReturnType<typeof readZip>>) => files.map(({ path, content }) => [path, new TextDecoder().decode(content)]);

describe("a zip archive", () => {
  test.each([true, false])("packed or not (%s) is its files, without directories", async (isPacked) => {
    const found = await readZip(zip({ "a/": "", "a/SKILL.md": "text", "a/ü.md": "x".repeat(5_000) }, isPacked), 10_000);
    expect(texts(found)).toEqual([
      ["a/SKILL.md", "text"],
      ["a/ü.md", "x".repeat(5_000)],
    ]);
  });
  test("comes without what git and systems leave in a folder, however much that is", async () => {
    const git = Object.fromEntries(Array.from({ length: 1_200 }, (_, at) => [`a/.git/objects/${at}`, "x".repeat(50)]));
    const found = await readZip(
      zip({ ...git, "__MACOSX/a/._SKILL.md": "x", "a/.DS_Store": "x", "a/SKILL.md": "text", "a/.github/x": "y" }),
      20,
    );
    expect(texts(found)).toEqual([
      ["a/SKILL.md", "text"],
      ["a/.github/x", "y"],
    ]);
  });
  test("that is none, is cut off, or grows too large is refused", async () => {
    await expect(readZip(new TextEncoder().encode("no zip, but long enough to look"), 100)).rejects.toThrow("no zip archive");
    await expect(readZip(zip({ a: "text" }).slice(20), 100)).rejects.toThrow("no zip archive");
    await expect(readZip(zip({ bomb: "0".repeat(1_000_000) }), 10_000)).rejects.toThrow("too large");
    await expect(readZip(zip({ plain: "0".repeat(20_000) }, false), 10_000)).rejects.toThrow("too large");
  });
});

test("base64 of more than fits on a stack", () => {
  const content = new Uint8Array(200_000).fill(7);
  expect(toBase64(content)).toBe(Buffer.from(content).toString("base64"));
});
