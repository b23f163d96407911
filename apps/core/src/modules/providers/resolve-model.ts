import { AppError } from "../../platform/errors.ts";
import type { SessionId, WorkspaceId } from "../../platform/ids.ts";
import { listServerModels } from "./adapters/list-server-models.ts";
import { type CallSetup, loadCallSetup } from "./call-setup.ts";
import { catalogueOf, findProvider } from "./catalogue/catalogue.ts";
import { demoModel } from "./demo/demo-model.ts";
import { isAllowed, listOf, modelInfo } from "./list-models.ts";
import type { ModelUser } from "./model-policy.ts";
import type { ModelSource, ResolvedModel } from "./model-source.ts";

export const resolvedDemo: ResolvedModel = { info: demoModel, name: demoModel.id, source: null };

/** Whose choice it is: a person's, or that of the member whom a session belongs to. Without one only the call itself knows. */
export type ModelChooser = { readonly user: ModelUser } | { readonly sessionId: SessionId };

/**
 * The model that an id means, or the workspace's default without one. Throws BAD_REQUEST with the ids that
 * can be taken instead, also for a model that the admins don't allow. A model newer than our catalogue may be named;
 * its provider decides.
 */
export async function resolveModel(workspaceId: WorkspaceId, id?: string, chooser?: ModelChooser): Promise<ResolvedModel> {
  if (id === demoModel.id) return resolvedDemo;
  const setup = await loadCallSetup(workspaceId, chooser && "sessionId" in chooser ? chooser.sessionId : null);
  return resolveWithin(setup, id, chooser && "user" in chooser ? chooser.user : chooser ? userOf(setup) : null);
}

/** The member whose call it is. */
export function userOf({ spender }: Pick<CallSetup, "spender">): ModelUser {
  return { userId: spender?.userId ?? null, isAdmin: spender?.isAdmin ?? false };
}

/** The same, with what was loaded already. */
export async function resolveWithin(setup: CallSetup, id: string | undefined, user: ModelUser | null): Promise<ResolvedModel> {
  const wanted = id ?? (await listOf(setup, user)).defaultModel ?? demoModel.id;
  const model = await findModel(setup, wanted, user);
  if (!model) throw await unavailable(setup, wanted, user);
  return model;
}

/** The model when it can be had and its user may have it, else null. */
export async function findModel(setup: CallSetup, wanted: string, user: ModelUser | null): Promise<ResolvedModel | null> {
  if (wanted === demoModel.id) return resolvedDemo;
  const slash = wanted.indexOf("/");
  const [provider, name] = [wanted.slice(0, Math.max(slash, 0)), wanted.slice(slash + 1)];
  const source = setup.sources.find((candidate) => candidate.provider === provider);
  const custom = setup.custom.find((model) => model.modelId === wanted);
  if (!source || name === "" || !isAllowed(setup, wanted, user)) return null;
  if (!custom && !(await offers(source, name))) return null;
  return { info: modelInfo(source, name, custom), name, source, ...(custom ? { custom } : {}) };
}

async function offers(source: ModelSource, name: string): Promise<boolean> {
  if (source.kind !== "openai-compatible" || findProvider(source.provider)?.lists === false) return true;
  if (catalogueOf(source.provider).some((model) => model.name === name)) return true;
  const listed = await listServerModels(source);
  // A server without a list, or one that is down at the moment, is asked by the call itself.
  return listed === null || listed.names.length === 0 || listed.names.includes(name);
}

async function unavailable(setup: CallSetup, wanted: string, user: ModelUser | null): Promise<AppError> {
  const { models } = await listOf(setup, user);
  const ids = models.map((model) => model.id);
  const shown = ids.slice(0, 12).join(", ") + (ids.length > 12 ? ` and ${ids.length - 12} more` : "");
  const name = `The model "${wanted.slice(0, 100)}"`;
  if (!isAllowed(setup, wanted, user)) {
    return new AppError(
      "BAD_REQUEST",
      `${name} is not among those that you may use here: an admin of the workspace decides. Take one of: ${shown}.`,
    );
  }
  return new AppError(
    "BAD_REQUEST",
    `${name} is not available in this workspace. Take one of: ${shown}. More come with a key in Settings → Providers.`,
  );
}
