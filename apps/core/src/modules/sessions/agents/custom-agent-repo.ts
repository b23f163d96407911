import type { Tx } from "../../../platform/database/database.ts";
import { newId, type WorkspaceId } from "../../../platform/ids.ts";

export interface StoredDefinition {
  readonly id: string;
  readonly name: string;
  readonly definition: string;
  readonly updatedAt: Date;
}
const columns = { id: true, name: true, definition: true, updatedAt: true } as const;

/** The agents that the workspace made in the browser, by name. */
export async function findCustomAgents(tx: Tx, workspaceId: WorkspaceId): Promise<StoredDefinition[]> {
  return tx.customAgent.findMany({ where: { workspaceId }, orderBy: { name: "asc" }, select: columns });
}

/** Makes the agent, or gives the one of this name its new text. */
export async function saveCustomAgent(
  tx: Tx,
  workspaceId: WorkspaceId,
  data: { name: string; definition: string; createdById: string },
): Promise<StoredDefinition> {
  const { name, definition, createdById } = data;
  return tx.customAgent.upsert({
    where: { workspaceId_name: { workspaceId, name } },
    create: { id: newId("customAgent"), workspaceId, name, definition, createdById },
    update: { definition },
    select: columns,
  });
}

/** True when there was one. */
export async function deleteCustomAgent(tx: Tx, workspaceId: WorkspaceId, agentId: string): Promise<boolean> {
  return (await tx.customAgent.deleteMany({ where: { id: agentId, workspaceId } })).count > 0;
}
