import { z } from "zod";
import type { Tx } from "../../../platform/database/database.ts";
import { newId, type UserId, type WorkspaceId } from "../../../platform/ids.ts";
import type { SandboxPolicy, SetupSecretView } from "../contract.ts";

const storedSchema = z.record(z.string(), z.unknown());
/** What was written at some time: a setting that came later is missing. */
export type StoredPolicy = z.infer<typeof storedSchema>;

// One row a workspace.
const id = "policy";

/** What the workspace has set, or null when it never has. */
export async function findPolicy(tx: Tx, workspaceId: WorkspaceId): Promise<StoredPolicy | null> {
  const row = await tx.workspaceSandboxPolicy.findUnique({ where: { id_workspaceId: { id, workspaceId } } });
  return row && storedSchema.parse(row.policy);
}

export async function savePolicy(tx: Tx, input: { workspaceId: WorkspaceId; actorId: UserId; policy: SandboxPolicy }): Promise<void> {
  const { workspaceId, actorId, policy } = input;
  const data = { policy: { ...policy }, updatedById: actorId };
  await tx.workspaceSandboxPolicy.upsert({
    where: { id_workspaceId: { id, workspaceId } },
    create: { id, workspaceId, ...data },
    update: data,
  });
}

/** The policies of these workspaces (call it across tenants only). */
export async function findPoliciesOf(tx: Tx, workspaceIds: readonly string[]): Promise<Map<string, StoredPolicy>> {
  const rows = await tx.workspaceSandboxPolicy.findMany({ where: { workspaceId: { in: [...workspaceIds] } } });
  return new Map(rows.map((row) => [row.workspaceId, storedSchema.parse(row.policy)]));
}

/** The workspaces that want sandboxes started ahead (call it across tenants only). */
export async function listWarmPools(tx: Tx): Promise<{ workspaceId: string; policy: StoredPolicy }[]> {
  const rows = await tx.workspaceSandboxPolicy.findMany({ where: { policy: { path: ["warmPool"], gt: 0 } }, take: 1_000 });
  return rows.map(({ workspaceId, policy }) => ({ workspaceId, policy: storedSchema.parse(policy) }));
}

interface StoredSecret extends SetupSecretView {
  readonly id: string;
  readonly sealed: Uint8Array;
}

export async function findSecrets(tx: Tx, workspaceId: WorkspaceId): Promise<StoredSecret[]> {
  return tx.setupSecret.findMany({ where: { workspaceId }, orderBy: { name: "asc" } });
}

/** `seal` is given the id to which the value is bound. */
export async function saveSecret(
  tx: Tx,
  input: { workspaceId: WorkspaceId; actorId: UserId; name: string; seal: (id: string) => Uint8Array<ArrayBuffer> },
): Promise<SetupSecretView & { id: string }> {
  const { workspaceId, name, actorId, seal } = input;
  const known = await tx.setupSecret.findUnique({ where: { workspaceId_name: { workspaceId, name } } });
  if (known) return tx.setupSecret.update({ where: { id_workspaceId: { id: known.id, workspaceId } }, data: { sealed: seal(known.id) } });
  const secretId = newId("setupSecret");
  return tx.setupSecret.create({ data: { id: secretId, workspaceId, name, sealed: seal(secretId), createdById: actorId } });
}

/** The id of what was removed; null when there was none. */
export async function removeSecretRow(tx: Tx, workspaceId: WorkspaceId, name: string): Promise<string | null> {
  const known = await tx.setupSecret.findUnique({ where: { workspaceId_name: { workspaceId, name } } });
  if (known) await tx.setupSecret.delete({ where: { id_workspaceId: { id: known.id, workspaceId } } });
  return known?.id ?? null;
}
