import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attributePattern } from "./attribute-pattern.ts";
import { GitError, type GitRun, runGit } from "./git.ts";
import { storeAttributes } from "./session-store.ts";

const maxTries = 500;
/** what git says when one path is the trouble */
const aboutOnePath = /Unable to process path|failed to encode|BOM is /;

/**
 * Takes files of the work tree into the index, written as its `.gitattributes` have it. Over a single file git gives up
 * altogether: one that is not in the encoding that its attributes name (an agent's UTF-8 where UTF-16 is wanted) is taken
 * as it is; those that git does not take even so, or that are gone by now, are left out and answered. For whoever is alone with the private git directory.
 */
export async function addFiles(run: GitRun, rawPaths: readonly string[]): Promise<string[]> {
  const tries = { left: maxTries };
  const failing = await addWhatGoes(run, rawPaths, tries);
  if (failing.length === 0) return [];
  const attributes = join(run.gitDir ?? "", "info", "attributes");
  const asTheyAre = failing.map((path) => `${attributePattern(path)} -working-tree-encoding\n`).join("");
  await writeFile(attributes, Buffer.from(storeAttributes + asTheyAre, "latin1"));
  try {
    return await addWhatGoes(run, failing, tries);
  } finally {
    await writeFile(attributes, storeAttributes);
  }
}

/** Halves what git refuses until it is known which of it; answers that. */
async function addWhatGoes(run: GitRun, rawPaths: readonly string[], tries: { left: number }): Promise<string[]> {
  if (rawPaths.length === 0) return [];
  try {
    await runGit(["update-index", "-z", "--add", "--replace", "--stdin"], { ...run, input: joinNul(rawPaths) });
    return [];
  } catch (error) {
    const isOnePath = error instanceof GitError && error.reason === "exit" && aboutOnePath.test(error.stderr);
    if (!isOnePath || tries.left-- <= 0) throw error;
    if (rawPaths.length === 1) return [...rawPaths];
    const middle = Math.ceil(rawPaths.length / 2);
    const first = await addWhatGoes(run, rawPaths.slice(0, middle), tries);
    return [...first, ...(await addWhatGoes(run, rawPaths.slice(middle), tries))];
  }
}

/** Paths are bytes to git; latin1 carries every byte through a string and back. */
export function joinNul(rawPaths: readonly string[]): Buffer {
  return Buffer.from(rawPaths.map((path) => `${path}\0`).join(""), "latin1");
}
