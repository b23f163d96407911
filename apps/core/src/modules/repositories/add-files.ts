import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attributePattern } from "./attribute-pattern.ts";
import { GitError, type GitRun, runGit } from "./git.ts";
import { storeAttributes } from "./session-store.ts";

const maxTried = 500;

/**
 * Takes files of the work tree into the index, as its `.gitattributes` have them written. git gives up altogether over
 * one file that is not in the encoding that they name (an agent's UTF-8 where UTF-16 is wanted): such files are taken as
 * they are. For whoever is alone with the private git directory.
 */
export async function addFiles(run: GitRun, rawPaths: readonly string[]): Promise<void> {
  const add = (paths: readonly string[]) =>
    runGit(["update-index", "-z", "--add", "--replace", "--stdin"], { ...run, input: joinNul(paths) });
  try {
    await add(rawPaths);
  } catch (error) {
    if (!(error instanceof GitError) || error.reason !== "exit") throw error;
    const candidates = await encodedFiles(run, rawPaths);
    if (candidates.length === 0) throw error;
    const failing: string[] = [];
    for (const path of candidates.slice(0, maxTried)) await add([path]).catch(() => failing.push(path));
    failing.push(...candidates.slice(maxTried));
    const attributes = join(run.gitDir ?? "", "info", "attributes");
    const asTheyAre = failing.map((path) => `${attributePattern(path)} -working-tree-encoding\n`).join("");
    await writeFile(attributes, Buffer.from(storeAttributes + asTheyAre, "latin1"));
    try {
      await add(rawPaths);
    } finally {
      await writeFile(attributes, storeAttributes);
    }
  }
}

/** Those that the attributes give another encoding than UTF-8. */
async function encodedFiles(run: GitRun, rawPaths: readonly string[]): Promise<string[]> {
  const output = await runGit(["check-attr", "-z", "--stdin", "working-tree-encoding"], { ...run, input: joinNul(rawPaths) });
  const tokens = output.toString("latin1").split("\0");
  const found: string[] = [];
  for (let index = 0; index + 2 < tokens.length; index += 3) {
    const [path = "", , value = ""] = tokens.slice(index, index + 3);
    if (value !== "unspecified" && value !== "unset") found.push(path);
  }
  return found;
}

/** Paths are bytes to git; latin1 carries every byte through a string and back. */
export function joinNul(rawPaths: readonly string[]): Buffer {
  return Buffer.from(rawPaths.map((path) => `${path}\0`).join(""), "latin1");
}
