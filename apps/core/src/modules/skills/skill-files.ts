import { withTenant } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { findFiles, type SkillFileContent } from "./repo.ts";

/** What belongs to a workspace's skill, with its content. */
export function skillFiles(key: { readonly workspaceId: WorkspaceId; readonly skillId: string }): Promise<SkillFileContent[]> {
  return withTenant(key.workspaceId, (tx) => findFiles(tx, key));
}
