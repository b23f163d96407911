import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";
import { runQuietly } from "./run-quietly.mjs";
import { hashOf, readStamp, writeStamp } from "./stamp.mjs";

/** `npm ci` when node_modules is missing or belongs to another lockfile. */
export async function installDependencies() {
  const wanted = hashOf(["package-lock.json"]);
  const isThere = existsSync(join(root, "node_modules/.package-lock.json"));
  if (isThere && readStamp("lockfile") === wanted) return;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(
      `Node ${process.versions.node} is too old to install the project. Install Node 20.19 or newer from https://nodejs.org.`,
    );
  }
  // npm's own check of what is installed: nothing to do when somebody has run `npm install` by hand.
  if (isThere && (await isInstalled())) return writeStamp("lockfile", wanted);
  await runQuietly("installing dependencies (npm ci, about a minute the first time)", "npm", [
    "ci",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ]);
  writeStamp("lockfile", wanted);
}

async function isInstalled() {
  const { readFileSync } = await import("node:fs");
  const read = (path) => JSON.parse(readFileSync(join(root, path), "utf8")).packages;
  const [locked, installed] = [read("package-lock.json"), read("node_modules/.package-lock.json")];
  return Object.entries(locked).every(([path, entry]) => {
    if (!path.startsWith("node_modules/") || entry.link) return true;
    return installed[path] ? installed[path].version === entry.version : entry.optional === true;
  });
}
