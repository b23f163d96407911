import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { GitError, type GitRun, runGit } from "./git.ts";
import { keepFile } from "./keep-file.ts";

/** what the search for single files may cost, in gits */
const maxTries = 150;
/** what git says when one path is the trouble */
const aboutOnePath = /Unable to process path|failed to encode|BOM is /;

/**
 * Takes files of the work tree into the index, written as its `.gitattributes` have it. Over a single file git gives up
 * altogether: one that is not in the encoding that its attributes name (an agent's UTF-8 where UTF-16 is wanted) is taken
 * as it is, and where there are very many of them, so are those beside them; what git does not take even so, or is gone by
 * now, is left out and answered. For whoever is alone with the private git directory.
 */
export async function addFiles(run: GitRun, rawPaths: readonly string[]): Promise<string[]> {
  const failing = await addWhatGoes(run, rawPaths, { left: maxTries });
  return failing.length === 0 ? [] : addWhatGoes(await withoutEncodings(run), failing, { left: maxTries });
}

/**
 * The same objects and index, by a git directory to which no file is in an encoding of its own. The store's attributes stay
 * as they are: others read by them meanwhile.
 */
async function withoutEncodings(run: GitRun): Promise<GitRun> {
  const store = run.gitDir ?? "";
  const gitDir = join(store, "as-it-is");
  await mkdir(join(gitDir, "refs"), { recursive: true });
  await mkdir(join(gitDir, "info"), { recursive: true });
  await keepFile(join(gitDir, "HEAD"), "ref: refs/heads/none\n");
  await keepFile(join(gitDir, "info", "attributes"), "* -working-tree-encoding\n");
  return { ...run, gitDir, environment: { ...run.environment, GIT_OBJECT_DIRECTORY: join(store, "objects") } };
}

/** Halves what git refuses until it is known which of it, or there were too many tries; answers what was not taken. */
async function addWhatGoes(run: GitRun, rawPaths: readonly string[], tries: { left: number }): Promise<string[]> {
  if (rawPaths.length === 0) return [];
  try {
    await runGit(["update-index", "-z", "--add", "--replace", "--stdin"], { ...run, input: joinNul(rawPaths) });
    return [];
  } catch (error) {
    const isOnePath = error instanceof GitError && error.reason === "exit" && aboutOnePath.test(error.stderr);
    if (!isOnePath) throw error;
    if (rawPaths.length === 1 || tries.left-- <= 0) return [...rawPaths];
    const middle = Math.ceil(rawPaths.length / 2);
    const first = await addWhatGoes(run, rawPaths.slice(0, middle), tries);
    return [...first, ...(await addWhatGoes(run, rawPaths.slice(middle), tries))];
  }
}

/** Paths are bytes to git; latin1 carries every byte through a string and back. */
export function joinNul(rawPaths: readonly string[]): Buffer {
  return Buffer.from(rawPaths.map((path) => `${path}\0`).join(""), "latin1");
}
