import { systemClock } from "../../../platform/clock.ts";
import type { WorkspaceId } from "../../../platform/ids.ts";
import { resolveModel } from "../../providers/index.ts";

interface ModelFacts {
  /** null when nobody knows it */
  readonly contextTokens: number | null;
}

const keptMs = 60_000;
const known = new Map<string, { readonly facts: ModelFacts; readonly untilMs: number }>();

/** What the catalogue says about a model; looked up once a minute. A model that can't be had is told by its call. */
export async function modelFacts(workspaceId: WorkspaceId, model: string): Promise<ModelFacts> {
  const key = `${workspaceId} ${model}`;
  const found = known.get(key);
  if (found && found.untilMs > systemClock.monotonicMs()) return found.facts;
  const facts = await resolveModel(workspaceId, model).then(
    ({ info }) => ({ contextTokens: info.contextTokens }),
    () => ({ contextTokens: null }),
  );
  if (known.size > 1_000) known.clear();
  known.set(key, { facts, untilMs: systemClock.monotonicMs() + keptMs });
  return facts;
}
