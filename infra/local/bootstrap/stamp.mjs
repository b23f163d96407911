import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./root.mjs";

const fileOf = (name) => join(root, "node_modules/.cache/opencode", `${name}.stamp`);

/** A hash of files (and of all files in folders); changes when any of them does. */
export function hashOf(paths) {
  const hash = createHash("sha256");
  const add = (path) => {
    let entries;
    try {
      entries = readdirSync(path, { withFileTypes: true });
    } catch (error) {
      if (error.code !== "ENOTDIR") return;
      hash.update(path.slice(root.length)).update("\0").update(readFileSync(path)).update("\0");
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) add(join(path, entry.name));
  };
  for (const path of paths) add(join(root, path));
  return hash.digest("hex");
}

export function readStamp(name) {
  try {
    return readFileSync(fileOf(name), "utf8");
  } catch {
    return null;
  }
}

export function writeStamp(name, value) {
  mkdirSync(dirname(fileOf(name)), { recursive: true });
  writeFileSync(fileOf(name), value);
}
