import type { RepositoryId, WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { listBaseFiles, readBaseFile } from "../../repositories/index.ts";
import type { DefinitionProblem } from "./agent.ts";

export interface BaseCommit {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  /** the commit that a session started from, never what it made of it */
  readonly commit: string;
}

export interface DefinitionFile {
  /** its place below the folder without `.md`: "review", "git/commit" */
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** The Markdown files of a commit below the given folders; those of a later folder stand behind those of an earlier one. */
export async function readDefinitionFiles(
  base: BaseCommit,
  folders: readonly string[],
): Promise<{ files: DefinitionFile[]; problems: DefinitionProblem[] }> {
  const problems: DefinitionProblem[] = [];
  const paths = await listBaseFiles({ ...base, under: folders, maxFiles: limits.agent.maxDefinitionFiles });
  if (paths === null) {
    const message = "The repository can't be read here at the moment: what it defines itself is not shown.";
    return { files: [], problems: [{ path: folders[0] ?? "", severity: "warning", message }] };
  }
  const files: DefinitionFile[] = [];
  for (const folder of folders) {
    for (const path of paths.filter((candidate) => candidate.startsWith(`${folder}/`) && candidate.endsWith(".md"))) {
      const file = await readBaseFile({ ...base, path, maxBytes: limits.agent.definitionMaxBytes });
      if (!file) continue;
      if (file.truncated) {
        problems.push({
          path,
          severity: "error",
          message: `It is larger than ${limits.agent.definitionMaxBytes / 1024} KB and is not used.`,
        });
        continue;
      }
      files.push({ name: path.slice(folder.length + 1, -3), path, text: file.text });
    }
  }
  return { files, problems };
}

/** Keeps what was made for a key, for the newest `max` keys; what fails is forgotten. */
export function remember<T>(max: number): (key: string, make: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key, make) => {
    const found = known.get(key);
    if (found) return found;
    const making = make();
    known.set(key, making);
    making.catch(() => known.delete(key));
    const oldest = known.size > max ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    return making;
  };
}
