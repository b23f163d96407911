import type { Tx } from "../../../platform/database/database.ts";
import { newId, type WorkspaceId } from "../../../platform/ids.ts";
import type { StoredDefinition } from "../agents/custom-agent-repo.ts";

const columns = { id: true, name: true, definition: true, updatedAt: true } as const;

/** The commands that the workspace made in the browser, by name. */
export async function findCustomCommands(tx: Tx, workspaceId: WorkspaceId): Promise<StoredDefinition[]> {
  return tx.customCommand.findMany({ where: { workspaceId }, orderBy: { name: "asc" }, select: columns });
}

/** Makes the command, or gives the one of this name its new text. */
export async function saveCustomCommand(
  tx: Tx,
  workspaceId: WorkspaceId,
  data: { name: string; definition: string; createdById: string },
): Promise<StoredDefinition> {
  const { name, definition, createdById } = data;
  return tx.customCommand.upsert({
    where: { workspaceId_name: { workspaceId, name } },
    create: { id: newId("customCommand"), workspaceId, name, definition, createdById },
    update: { definition },
    select: columns,
  });
}

/** True when there was one. */
export async function deleteCustomCommand(tx: Tx, workspaceId: WorkspaceId, commandId: string): Promise<boolean> {
  return (await tx.customCommand.deleteMany({ where: { id: commandId, workspaceId } })).count > 0;
}
