import { type Tx, withTenant } from "../../platform/database/database.ts";
import type { SessionId, WorkspaceId } from "../../platform/ids.ts";
import { findSpender, type Spender } from "../billing/index.ts";
import { type Circuit, findCircuits } from "./circuit-repo.ts";
import type { CustomModelView, ModelSettings } from "./contract.ts";
import type { ModelSource } from "./model-source.ts";
import { sourcesOfKeys } from "./model-sources.ts";
import { findKeys, type StoredKey } from "./repo.ts";
import { findCustomModels, findSettings, findSetupMark } from "./settings-repo.ts";

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

/** Asked for anew for each call, in one short transaction: what an admin sets holds from the next call on. */
export async function loadCallSetup(workspaceId: WorkspaceId, sessionId: SessionId | null = null): Promise<CallSetup> {
  const { stored, spender } = await withTenant(workspaceId, async (tx) => ({
    stored: await readStored(tx, workspaceId),
    spender: sessionId === null ? null : await findSpender(tx, workspaceId, sessionId),
  }));
  const { keys, ...setup } = stored;
  return { workspaceId, sources: await sourcesOfKeys(keys), ...setup, spender };
}

/** What the database holds of a workspace's setup; keys are sealed here. */
type Stored = Omit<CallSetup, "workspaceId" | "sources" | "spender"> & { readonly keys: StoredKey[] };

const known = new Map<WorkspaceId, { readonly mark: string; readonly stored: Stored }>();
const maxKnown = 200;

/** Read once and then only asked whether it is still the same. */
async function readStored(tx: Tx, workspaceId: WorkspaceId): Promise<Stored> {
  // Before what it stands for: what changes in between is read now, and once more next time.
  const mark = await findSetupMark(tx, workspaceId);
  const found = known.get(workspaceId);
  if (found?.mark === mark) return found.stored;
  const stored = {
    keys: await findKeys(tx, workspaceId),
    settings: await findSettings(tx, workspaceId),
    custom: await findCustomModels(tx, workspaceId),
    circuits: await findCircuits(tx, workspaceId),
  };
  if (known.size >= maxKnown) known.clear();
  known.set(workspaceId, { mark, stored });
  return stored;
}
