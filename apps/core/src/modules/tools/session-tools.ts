import { withTenant } from "../../platform/database/database.ts";
import type { RepositoryId, SessionId, WorkspaceId } from "../../platform/ids.ts";
import { availableSkills } from "../skills/index.ts";
import { builtinTools } from "./builtin-tools.ts";
import { findSearchKeys } from "./search-keys/repo.ts";
import { skillTool } from "./skill.ts";
import type { Tool } from "./tool.ts";
import { websearch } from "./websearch.ts";

export interface SessionToolScope {
  readonly workspaceId: WorkspaceId;
  readonly sessionId: SessionId;
  readonly repositoryId: RepositoryId;
  /** null while the session has no workspace yet */
  readonly baseCommit: string | null;
}

/** The tools of a session: those that everybody has, `websearch` where the workspace has a key, `skill` where there are skills. */
export async function sessionTools(scope: SessionToolScope): Promise<readonly Tool[]> {
  const { workspaceId, repositoryId, baseCommit } = scope;
  const keys = await withTenant(workspaceId, (tx) => findSearchKeys(tx, workspaceId));
  const searching = keys.length > 0 ? [websearch] : [];
  if (baseCommit === null) return [...builtinTools, ...searching];
  const skillScope = { workspaceId, repositoryId, commit: baseCommit };
  const { skills } = await availableSkills(skillScope);
  return [...builtinTools, ...searching, ...(skills.length > 0 ? [skillTool(skillScope)] : [])];
}
