import { withTenant } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { type ApiKeyView, apiKeySchema } from "./contract.ts";
import { listApiKeyRows } from "./repo-api-keys.ts";

export async function listApiKeys(workspaceId: WorkspaceId): Promise<ApiKeyView[]> {
  const rows = await withTenant(workspaceId, (tx) => listApiKeyRows(tx, workspaceId));
  return rows.map((row) => apiKeySchema.parse(row));
}
