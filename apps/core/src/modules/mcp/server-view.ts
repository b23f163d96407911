import { z } from "zod";
import { unseal } from "../../platform/secrets.ts";
import type { McpServerView } from "./contract.ts";
import type { McpServerRow } from "./repo.ts";

/** A row without its secrets and schemas. */
export function toServerView(row: McpServerRow): McpServerView {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    url: row.url,
    command: row.command,
    headerNames: row.sealedHeaders
      ? Object.keys(z.record(z.string(), z.string()).parse(JSON.parse(unseal(row.sealedHeaders, row.id))))
      : [],
    repositoryId: row.repositoryId === "" ? null : row.repositoryId,
    enabled: row.enabled,
    approved: row.approvedById !== null,
    configHash: row.configHash,
    status: row.status,
    lastError: row.lastError,
    tools: row.tools.map(({ name, description, readOnly }) => ({
      name,
      description,
      readOnly,
      enabled: !row.disabledTools.includes(name),
    })),
    toolsAt: row.toolsAt,
  };
}
