import type { RepositoryId, WorkspaceId } from "../../../platform/ids.ts";
import { logger } from "../../../platform/logger.ts";
import { type ConfigProblem, type ConfigRule, listRepositories, readProjectConfig } from "../../repositories/index.ts";
import { unknownRights } from "../agents/repository-agents.ts";

/** What a repository's own file says about permissions on its base branch. */
export interface RepositoryPermissions {
  readonly repositoryId: RepositoryId;
  readonly repositoryName: string;
  readonly commit: string;
  readonly rules: readonly ConfigRule[];
  readonly problems: readonly ConfigProblem[];
  /** the mirror is not within reach of this process */
  readonly isUnreadable: boolean;
}

const maxRepositories = 50;

/** The repositories' own rules and what is wrong with their files; those that say nothing are left out. */
export async function listConfigProblems(workspaceId: WorkspaceId): Promise<RepositoryPermissions[]> {
  const repositories = await listRepositories(workspaceId);
  const found: RepositoryPermissions[] = [];
  for (const { id, name, headCommit } of repositories.slice(0, maxRepositories)) {
    if (headCommit === null) continue;
    const place = { repositoryId: id, repositoryName: name, commit: headCommit };
    try {
      const base = { workspaceId, repositoryId: id, commit: headCommit };
      const { config, problems: ofFile } = await readProjectConfig(base);
      const problems = [...ofFile, ...(await unknownRights(base))];
      const rules = config.permission ?? [];
      if (rules.length > 0 || problems.length > 0) found.push({ ...place, rules, problems, isUnreadable: false });
    } catch (error) {
      logger.warn({ err: error, repositoryId: id }, "permissions: a repository's configuration could not be read");
      found.push({ ...place, rules: [], problems: [], isUnreadable: true });
    }
  }
  return found;
}
