import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const known = new Map<string, string>();
const pattern = /^mch_[0-9a-f]{32}$/;

/** The name of the machine whose DATA_DIR this is; null where no worker has served it yet (web on a machine of its own). */
export function readMachineId(dataDirectory: string): string | null {
  const file = fileIn(dataDirectory);
  const remembered = known.get(file);
  if (remembered !== undefined) return remembered;
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch {
    return null;
  }
  if (!pattern.test(text)) throw new Error(`${file} does not hold the name of a machine`);
  known.set(file, text);
  return text;
}

/** The same, and the directory gets a name when it has none. Two workers that start at once agree on one. */
export function ensureMachineId(dataDirectory: string): string {
  const found = readMachineId(dataDirectory);
  if (found !== null) return found;
  const file = fileIn(dataDirectory);
  mkdirSync(resolve(dataDirectory), { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `mch_${randomBytes(16).toString("hex")}\n`);
  try {
    linkSync(own, file); // whole or not at all, and never over another's
  } catch (error) {
    if (readMachineId(dataDirectory) === null) throw error;
  } finally {
    rmSync(own, { force: true });
  }
  const made = readMachineId(dataDirectory);
  if (made === null) throw new Error(`${file} vanished while it was made`);
  return made;
}

function fileIn(dataDirectory: string): string {
  return join(resolve(dataDirectory), "machine-id");
}
