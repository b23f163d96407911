import { type Tx, withTenant } from "../../platform/database/database.ts";
import type { SessionId, WorkspaceId } from "../../platform/ids.ts";
import { findSpender, type Spender } from "../billing/index.ts";
import { type Circuit, findCircuits } from "./circuit-repo.ts";
import type { CustomModelView, ModelSettings } from "./contract.ts";
import type { ModelSource } from "./model-source.ts";
import { sourcesOfKeys } from "./model-sources.ts";
import { findKeys, type StoredKey } from "./repo.ts";
import { findCustomModels, findSettings } from "./settings-repo.ts";

/** Everything that decides about a workspace's calls. Holds keys: never log it. */
export interface CallSetup {
  readonly workspaceId: WorkspaceId;
  readonly sources: readonly ModelSource[];
  readonly settings: ModelSettings;
  readonly custom: readonly CustomModelView[];
  readonly circuits: readonly Circuit[];
  /** whose call it is; null outside of sessions */
  readonly spender: Spender | null;
}

/** Read anew for each call, in one short transaction: what an admin sets holds from the next call on. */
export async function loadCallSetup(workspaceId: WorkspaceId, sessionId: SessionId | null = null): Promise<CallSetup> {
  const { keys, ...setup } = await withTenant(workspaceId, (tx) => readSetup(tx, workspaceId, sessionId));
  return { workspaceId, sources: await sourcesOfKeys(keys), ...setup };
}

async function readSetup(
  tx: Tx,
  workspaceId: WorkspaceId,
  sessionId: SessionId | null,
): Promise<Omit<CallSetup, "workspaceId" | "sources"> & { keys: StoredKey[] }> {
  return {
    keys: await findKeys(tx, workspaceId),
    settings: await findSettings(tx, workspaceId),
    custom: await findCustomModels(tx, workspaceId),
    circuits: await findCircuits(tx, workspaceId),
    spender: sessionId === null ? null : await findSpender(tx, workspaceId, sessionId),
  };
}
