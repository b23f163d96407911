import { withTenant } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { findFiles, type SkillFileContent } from "./repo.ts";

/** What belongs to a version of a workspace's skill, with its content; nothing when the skill has changed since. */
export function skillFiles(key: {
  readonly workspaceId: WorkspaceId;
  readonly skillId: string;
  readonly version: number;
}): Promise<SkillFileContent[]> {
  return withTenant(key.workspaceId, (tx) => findFiles(tx, key));
}
