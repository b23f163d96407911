import { z } from "zod";
import { withTenant } from "../../platform/database/database.ts";
import { AppError } from "../../platform/errors.ts";
import type { RepositoryId, WorkspaceId } from "../../platform/ids.ts";
import type { SessionRow } from "./contract.ts";
import { findAskingSessions, findSessionRows } from "./session-row-repo.ts";

const cursorSchema = z.object({ at: z.coerce.date(), id: z.string() });

/**
 * One page of the workspace's sessions, last changed first, without archived ones. Before the first page stand those that
 * wait for somebody's answer, however old; they come again at their own place. BAD_REQUEST for a cursor that is not ours.
 */
export async function listSessions(input: {
  workspaceId: WorkspaceId;
  repositoryId?: RepositoryId | undefined;
  cursor?: string | undefined;
  limit: number;
}): Promise<{ items: SessionRow[]; nextCursor: string | null }> {
  const after = input.cursor === undefined ? null : parseCursor(input.cursor);
  const where = {
    workspaceId: input.workspaceId,
    archivedAt: null,
    // A sub-agent's session is shown under the call that started it.
    parentSessionId: null,
    ...(input.repositoryId ? { repositoryId: input.repositoryId } : {}),
  };
  const older = after ? { OR: [{ updatedAt: { lt: after.at } }, { updatedAt: after.at, id: { lt: after.id } }] } : {};
  const { rows, waiting } = await withTenant(input.workspaceId, async (tx) => {
    const page = await findSessionRows(tx, { ...where, ...older }, input.limit + 1);
    if (after) return { rows: page, waiting: [] };
    const shown = new Set<string>(page.slice(0, input.limit).map(({ id }) => id));
    const missing = (await findAskingSessions(tx, input.workspaceId, input.repositoryId)).filter((id) => !shown.has(id));
    return {
      rows: page,
      waiting: missing.length === 0 ? [] : await findSessionRows(tx, { ...where, id: { in: missing } }, missing.length),
    };
  });
  const items = rows.slice(0, input.limit);
  const last = items.at(-1);
  return { items: [...waiting, ...items], nextCursor: rows.length > input.limit && last ? formatCursor(last) : null };
}

function formatCursor(row: SessionRow): string {
  return Buffer.from(JSON.stringify({ at: row.updatedAt.toISOString(), id: row.id })).toString("base64url");
}

function parseCursor(cursor: string): z.infer<typeof cursorSchema> {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch (cause) {
    throw new AppError("BAD_REQUEST", "This cursor is not one that a list of sessions gave. Start from the first page.", { cause });
  }
}
