import type { RepositoryId, WorkspaceId } from "../../platform/ids.ts";
import { getRepository } from "../repositories/index.ts";
import type { SkillProblem } from "./contract.ts";
import { discoverSkills } from "./discover-skills.ts";

interface RepositorySkills {
  readonly skills: readonly { readonly name: string; readonly description: string; readonly path: string; readonly files: number }[];
  readonly problems: readonly SkillProblem[];
}

/** The skills that a new session in this repository would have from it, and what is wrong with others. Throws NOT_FOUND. */
export async function listRepositorySkills(key: { workspaceId: WorkspaceId; repositoryId: RepositoryId }): Promise<RepositorySkills> {
  const { headCommit } = await getRepository(key);
  if (headCommit === null) return { skills: [], problems: [] };
  const { skills, problems } = await discoverSkills({ ...key, commit: headCommit });
  return { skills: skills.map(({ name, description, path, files }) => ({ name, description, path, files: files.length })), problems };
}
