import { withTenant } from "../../platform/database/database.ts";
import type { RepositoryId, WorkspaceId } from "../../platform/ids.ts";
import type { SkillProblem } from "./contract.ts";
import { discoverSkills } from "./discover-skills.ts";
import { findSkills } from "./repo.ts";

/** Where a session's skills come from. */
export interface SkillScope {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  /** the session's base commit */
  readonly commit: string;
}

export interface AvailableSkill {
  readonly name: string;
  readonly description: string;
  readonly body: string;
  readonly origin:
    | { readonly kind: "repository"; readonly path: string; readonly files: readonly string[]; readonly commit: string }
    | { readonly kind: "workspace"; readonly id: string; readonly version: number; readonly files: readonly string[] };
}

/** The repository's skills and the workspace's own; of two with the same name the repository's. By name. */
export async function availableSkills(
  scope: SkillScope,
): Promise<{ skills: readonly AvailableSkill[]; problems: readonly SkillProblem[] }> {
  const [{ skills, problems }, own] = await Promise.all([
    discoverSkills(scope),
    withTenant(scope.workspaceId, (tx) => findSkills(tx, scope.workspaceId)),
  ]);
  const byName = new Map<string, AvailableSkill>();
  for (const { id, name, description, body, version, enabled, files } of own) {
    if (enabled)
      byName.set(name, { name, description, body, origin: { kind: "workspace", id, version, files: files.map(({ path }) => path) } });
  }
  for (const { name, description, body, path, files } of skills) {
    byName.set(name, { name, description, body, origin: { kind: "repository", path, files, commit: scope.commit } });
  }
  return { skills: [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), problems };
}
