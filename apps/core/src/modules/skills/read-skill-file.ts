import { withTenant } from "../../platform/database/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { findFile } from "./repo.ts";

interface FileOfSkill {
  readonly workspaceId: WorkspaceId;
  readonly skillId: string;
  readonly path: string;
}

/** A file as a page shows it; `text` is null where it is none. Throws NOT_FOUND. */
export async function readSkillFile({ path, ...key }: FileOfSkill): Promise<{ text: string | null; sizeBytes: number }> {
  const content = await withTenant(key.workspaceId, (tx) => findFile(tx, key, path));
  if (!content) throw notFound("The file");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(content);
    return { text: text.includes("\0") ? null : text, sizeBytes: content.length };
  } catch {
    return { text: null, sizeBytes: content.length };
  }
}
