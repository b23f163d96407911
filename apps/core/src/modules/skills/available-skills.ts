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

interface Skills {
  readonly skills: readonly AvailableSkill[];
  readonly problems: readonly SkillProblem[];
}

const asked = new Map<string, Promise<Skills>>();

/**
 * The repository's skills and the workspace's own; of two with the same name the repository's. By name. Who asks while
 * another is being answered (a turn's tools and its catalogue begin together) shares the answer.
 */
export function availableSkills(scope: SkillScope): Promise<Skills> {
  const key = `${scope.workspaceId}:${scope.repositoryId}:${scope.commit}`;
  const known = asked.get(key);
  if (known) return known;
  const answer = findAll(scope).finally(() => asked.delete(key));
  asked.set(key, answer);
  return answer;
}

async function findAll(scope: SkillScope): Promise<Skills> {
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
