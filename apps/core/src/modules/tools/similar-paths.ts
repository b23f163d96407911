import { posix } from "node:path";
import type { OpenSandbox } from "../sandbox/contract.ts";

/** Up to three paths that somebody who wrote `path` may have meant: same name elsewhere first, then like names beside it. */
export async function similarPaths(sandbox: OpenSandbox, path: string): Promise<readonly string[]> {
  const name = posix.basename(path);
  const elsewhere = await sandbox.glob(`**/${escapeGlob(name)}`, { maxHits: 3 }).catch(() => ({ paths: [] }));
  const beside = await sandbox.list(posix.dirname(path), { maxEntries: 500 }).catch(() => []);
  const wanted = stem(name);
  const alike = beside.filter((entry) => {
    const candidate = stem(posix.basename(entry.path));
    return entry.kind === "file" && wanted !== "" && candidate !== "" && (candidate.includes(wanted) || wanted.includes(candidate));
  });
  return [...new Set([...elsewhere.paths, ...alike.map((entry) => entry.path)])].slice(0, 3);
}

function stem(name: string): string {
  return name.toLowerCase().replace(/\.[^.]*$/, "");
}

function escapeGlob(name: string): string {
  return name.replace(/[[\]{}()*?!\\]/g, "?");
}
