import { withTenant } from "../../../platform/database/database.ts";
import { AppError, notFound } from "../../../platform/errors.ts";
import type { UserId, WorkspaceId } from "../../../platform/ids.ts";
import { seal, unseal } from "../../../platform/secrets.ts";
import { recordAudit } from "../../tenancy/index.ts";
import type { SetupSecretView } from "../contract.ts";
import { findSecrets, removeSecretRow, saveSecret } from "./repo.ts";

const maxSecrets = 50;

/** Names only: a value can't be read back by anybody. */
export async function listSetupSecrets(workspaceId: WorkspaceId): Promise<SetupSecretView[]> {
  const rows = await withTenant(workspaceId, (tx) => findSecrets(tx, workspaceId));
  return rows.map(({ name, updatedAt }) => ({ name, updatedAt }));
}

/** Stores a value, sealed, under a name; one that is there is replaced. */
export async function setSetupSecret(input: {
  workspaceId: WorkspaceId;
  actorId: UserId;
  name: string;
  value: string;
}): Promise<SetupSecretView> {
  const { workspaceId, actorId, name, value } = input;
  return withTenant(workspaceId, async (tx) => {
    const known = await findSecrets(tx, workspaceId);
    if (known.length >= maxSecrets && !known.some((secret) => secret.name === name)) {
      throw new AppError("CONFLICT", `A workspace has ${maxSecrets} setup secrets at most. Remove one first.`);
    }
    const saved = await saveSecret(tx, { workspaceId, actorId, name, seal: (id) => seal(value, id) });
    await recordAudit(tx, { workspaceId, actorKind: "user", actorId, action: "sandboxes.setSecret", subjectId: saved.id, data: { name } });
    return { name: saved.name, updatedAt: saved.updatedAt };
  });
}

export async function removeSetupSecret(input: { workspaceId: WorkspaceId; actorId: UserId; name: string }): Promise<void> {
  const { workspaceId, actorId, name } = input;
  await withTenant(workspaceId, async (tx) => {
    const subjectId = await removeSecretRow(tx, workspaceId, name);
    if (subjectId === null) throw notFound("The secret");
    await recordAudit(tx, { workspaceId, actorKind: "user", actorId, action: "sandboxes.removeSecret", subjectId, data: { name } });
  });
}

/** The values of these secrets for setup commands. A name that the workspace has no secret for is named in `missing`. */
export async function openSetupSecrets(
  workspaceId: WorkspaceId,
  names: readonly string[],
): Promise<{ values: Record<string, string>; missing: string[] }> {
  if (names.length === 0) return { values: {}, missing: [] };
  const rows = await withTenant(workspaceId, (tx) => findSecrets(tx, workspaceId));
  const wanted = new Set(names);
  const values = Object.fromEntries(rows.filter(({ name }) => wanted.has(name)).map((row) => [row.name, unseal(row.sealed, row.id)]));
  return { values, missing: names.filter((name) => !(name in values)) };
}
