import { withTenant } from "../../platform/database/database.ts";
import type { RepositoryId, SessionId, WorkspaceId } from "../../platform/ids.ts";
import { type ProjectConfig, readProjectConfig } from "../repositories/index.ts";
import { availableSkills, type SkillScope } from "../skills/index.ts";
import { builtinTools } from "./builtin-tools.ts";
import { withLanguageChecks } from "./language/after-edit.ts";
import type { LanguageSettings } from "./language/language-settings.ts";
import { withWarmServer } from "./language/warm-server.ts";
import { lspTool } from "./lsp.ts";
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

// Each of them changes files of the workspace.
const editing: ReadonlySet<string> = new Set(["write", "edit", "apply_patch"]);
const known = new Map<string, readonly Tool[]>();

/** The built-in tools as a repository's configuration wants them: made once for each commit, so that they stay the same objects. */
async function repositoryTools(scope: SkillScope): Promise<readonly Tool[]> {
  const key = `${scope.workspaceId}:${scope.repositoryId}:${scope.commit}`;
  const made = known.get(key);
  if (made) return made;
  // What is wrong with it is said where the turn begins; what could not be read now is read again next time.
  const read = await readProjectConfig(scope).catch(() => null);
  const { formatter, lsp }: ProjectConfig = read?.config ?? {};
  const settings: LanguageSettings = { ...(formatter === undefined ? {} : { formatter }), ...(lsp === undefined ? {} : { lsp }) };
  const tools = builtinTools.map((tool) => {
    if (editing.has(tool.name)) return withLanguageChecks(tool, settings);
    return tool.name === "read" ? withWarmServer(tool, settings) : tool;
  });
  const all = lsp === false ? tools : [...tools, lspTool(settings)];
  if (read) known.set(key, all);
  const oldest = known.size > 200 ? known.keys().next().value : undefined;
  if (oldest !== undefined) known.delete(oldest);
  return all;
}

/** The tools of a session: those that everybody has, `websearch` where the workspace has a key, `skill` where there are skills. */
export async function sessionTools(scope: SessionToolScope): Promise<readonly Tool[]> {
  const { workspaceId, repositoryId, baseCommit } = scope;
  const skillScope = baseCommit === null ? null : { workspaceId, repositoryId, commit: baseCommit };
  const [keys, own, skills] = await Promise.all([
    withTenant(workspaceId, (tx) => findSearchKeys(tx, workspaceId)),
    skillScope ? repositoryTools(skillScope) : builtinTools,
    skillScope ? availableSkills(skillScope).then((found) => found.skills) : [],
  ]);
  return [...own, ...(keys.length > 0 ? [websearch] : []), ...(skillScope && skills.length > 0 ? [skillTool(skillScope)] : [])];
}
