import { systemClock } from "../../platform/clock.ts";
import { type Tx, withTenant } from "../../platform/database/database.ts";
import type { SessionId, WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import type { Spender } from "../billing/index.ts";
import { type Circuit, findCircuits } from "./circuit-repo.ts";
import type { CustomModelView, ModelSettings } from "./contract.ts";
import type { ModelSource } from "./model-source.ts";
import { sourcesOfKeys } from "./model-sources.ts";
import { findKeys, type StoredKey } from "./repo.ts";
import { findCustomModels, findSettings, findSetupState, type SetupState } from "./settings-repo.ts";

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

/** Asked for anew for each call, or right before it (`primeCallSetup`): what an admin sets holds for every call that begins later than `primedMs` after it. */
export async function loadCallSetup(workspaceId: WorkspaceId, sessionId: SessionId | null = null): Promise<CallSetup> {
  const { spender, stored } = takePrimed(workspaceId, sessionId) ?? (await readSetup(workspaceId, sessionId));
  const { keys, ...setup } = stored;
  return { workspaceId, sources: await sourcesOfKeys(keys), ...setup, spender };
}

/** What the database holds of a workspace's setup; keys are sealed here. */
type Stored = Omit<CallSetup, "workspaceId" | "sources" | "spender"> & { readonly keys: StoredKey[] };

const known = new Map<WorkspaceId, { readonly mark: string; readonly stored: Stored }>();
const maxKnown = 200;

/** Read once and then only asked whether it is still the same. */
function readSetup(workspaceId: WorkspaceId, sessionId: SessionId | null): Promise<{ spender: Spender | null; stored: Stored }> {
  return withTenant(workspaceId, async (tx) => {
    // Before what it stands for: what changes in between is read now, and once more next time.
    const { mark, spender } = await findSetupState(tx, workspaceId, sessionId);
    const found = known.get(workspaceId);
    if (found?.mark === mark) return { spender, stored: found.stored };
    const stored = {
      keys: await findKeys(tx, workspaceId),
      settings: await findSettings(tx, workspaceId),
      custom: await findCustomModels(tx, workspaceId),
      circuits: await findCircuits(tx, workspaceId),
    };
    if (known.size >= maxKnown) known.clear();
    known.set(workspaceId, { mark, stored });
    return { spender, stored };
  });
}

const primed = new Map<string, SetupState & { readonly atMs: number }>();

/**
 * Asks what holds for a session's next call, in a transaction that is open anyway: when the call is made at once
 * (`limits.model.primedMs`), it needs none of its own for that.
 */
export async function primeCallSetup(tx: Tx, workspaceId: WorkspaceId, sessionId: SessionId): Promise<void> {
  const state = await findSetupState(tx, workspaceId, sessionId);
  if (primed.size >= maxKnown) primed.clear();
  primed.set(`${workspaceId}/${sessionId}`, { ...state, atMs: systemClock.monotonicMs() });
}

/** For one call. */
function takePrimed(workspaceId: WorkspaceId, sessionId: SessionId | null): { spender: Spender | null; stored: Stored } | null {
  const key = `${workspaceId}/${sessionId}`;
  const state = primed.get(key);
  if (!state) return null;
  primed.delete(key);
  if (systemClock.monotonicMs() - state.atMs > limits.model.primedMs) return null;
  const found = known.get(workspaceId);
  return found?.mark === state.mark ? { spender: state.spender, stored: found.stored } : null;
}
