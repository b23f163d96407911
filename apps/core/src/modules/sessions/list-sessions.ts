import { z } from "zod";
import { withTenant } from "../../platform/database/database.ts";
import { AppError } from "../../platform/errors.ts";
import type { RepositoryId, WorkspaceId } from "../../platform/ids.ts";
import type { SessionRow } from "./contract.ts";
import { findSessionRows } from "./session-row-repo.ts";

const cursorSchema = z.object({ at: z.coerce.date(), id: z.string() });

/** One page of the workspace's sessions, last changed first, without archived ones. BAD_REQUEST for a cursor that is not ours. */
export async function listSessions(input: {
  workspaceId: WorkspaceId;
  repositoryId?: RepositoryId | undefined;
  cursor?: string | undefined;
  limit: number;
}): Promise<{ items: SessionRow[]; nextCursor: string | null }> {
  const after = input.cursor === undefined ? null : parseCursor(input.cursor);
  const rows = await withTenant(input.workspaceId, (tx) =>
    findSessionRows(
      tx,
      {
        workspaceId: input.workspaceId,
        archivedAt: null,
        // A sub-agent's session is shown under the call that started it.
        parentSessionId: null,
        ...(input.repositoryId ? { repositoryId: input.repositoryId } : {}),
        ...(after ? { OR: [{ updatedAt: { lt: after.at } }, { updatedAt: after.at, id: { lt: after.id } }] } : {}),
      },
      input.limit + 1,
    ),
  );
  const items = rows.slice(0, input.limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > input.limit && last ? formatCursor(last) : null };
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
