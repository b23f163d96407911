import type { SkillProblem } from "./contract.ts";

/** A SKILL.md and the files beside and below it. */
export interface SkillPlace {
  readonly path: string;
  readonly files: readonly string[];
}

const maxDepth = 6;
const maxDirectories = 2_000;
const maxFilesEach = 200;

/** Finds the skills among a repository's files: directories with a SKILL.md, in the order of `roots`, then of their paths. */
export function placeSkills(files: readonly string[], roots: readonly string[]): { places: SkillPlace[]; problems: SkillProblem[] } {
  const places: SkillPlace[] = [];
  const problems: SkillProblem[] = [];
  const directories = new Set<string>();
  for (const root of [...new Set(roots)]) {
    const below = files.filter((file) => file.startsWith(`${root}/`));
    for (const path of below.filter((file) => file.endsWith("/SKILL.md")).sort()) {
      const directory = path.slice(0, -"/SKILL.md".length);
      directories.add(directory);
      if (directory === root) continue;
      if (directory.slice(root.length + 1).split("/").length > maxDepth) {
        problems.push({ path, severity: "skipped", message: `It lies deeper than ${maxDepth} directories.` });
      } else if (directories.size > maxDirectories) {
        problems.push({ path, severity: "skipped", message: `There are more than ${maxDirectories} directories.` });
        return { places, problems };
      } else {
        places.push({ path, files: below.filter((file) => file !== path && file.startsWith(`${directory}/`)).slice(0, maxFilesEach) });
      }
    }
  }
  return { places, problems };
}
