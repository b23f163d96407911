import { withTenant } from "../../../platform/database/database.ts";
import { env } from "../../../platform/env.ts";
import { AppError, notFound } from "../../../platform/errors.ts";
import { newId, type UserId, type WorkspaceId } from "../../../platform/ids.ts";
import { publicFetch } from "../../../platform/public-fetch.ts";
import { seal } from "../../../platform/secrets.ts";
import { recordAudit } from "../../tenancy/index.ts";
import type { Fetch } from "../web/read-page.ts";
import { type AddSearchKeyInput, addSearchKeySchema, type SearchKeyView } from "./contract.ts";
import { deleteSearchKey, insertSearchKey } from "./repo.ts";
import { SearchFault, searchWeb } from "./search-web.ts";

interface Actor {
  readonly workspaceId: WorkspaceId;
  readonly actorId: UserId;
}

/** Addresses that tenants enter are public ones; on a single machine everything on it belongs to the same people. */
export function searchFetch(): Fetch {
  return env().SINGLE_MACHINE ? fetch : publicFetch;
}

/**
 * Keeps a way to search, its key sealed, after a search with it went well. Throws BAD_REQUEST with the provider's reason
 * when the key is refused, UNAVAILABLE when nobody can be asked: nothing is kept then.
 */
export async function addSearchKey({ workspaceId, actorId, input }: Actor & { input: AddSearchKeyInput }): Promise<SearchKeyView> {
  const { provider, key, baseUrl = null } = addSearchKeySchema.parse(input);
  const id = newId("searchKey");
  try {
    await searchWeb(searchFetch(), { provider, key, baseUrl }, "opencode");
  } catch (error) {
    if (!(error instanceof SearchFault)) throw error;
    throw new AppError(error.refused ? "BAD_REQUEST" : "UNAVAILABLE", `${error.message} It was not saved.`, { cause: error });
  }
  return withTenant(workspaceId, async (tx) => {
    const hint = key.length >= 12 ? key.slice(-4) : "";
    const stored = await insertSearchKey(tx, { id, workspaceId, provider, sealed: seal(key, id), hint, baseUrl, createdById: actorId });
    await recordAudit(tx, {
      workspaceId,
      actorKind: "user",
      actorId,
      action: "searchKeys.add",
      subjectId: id,
      data: { provider, baseUrl },
    });
    return stored;
  });
}

/** Forgets a way to search and its secret. */
export async function removeSearchKey({ workspaceId, actorId, keyId }: Actor & { keyId: string }): Promise<void> {
  await withTenant(workspaceId, async (tx) => {
    if (!(await deleteSearchKey(tx, workspaceId, keyId))) throw notFound("The key");
    await recordAudit(tx, { workspaceId, actorKind: "user", actorId, action: "searchKeys.remove", subjectId: keyId });
  });
}
