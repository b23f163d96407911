import { withTenant } from "../../../platform/database/database.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { getTurnRecord } from "../repo.ts";
import type { JsonSchema } from "./output-tool.ts";

// It is given with the prompt and never changes.
const known = new Map<string, JsonSchema | null>();

/** The JSON schema that a turn's answer has to fit; null without one. */
export async function readOutputSchema(key: TurnKey): Promise<JsonSchema | null> {
  const found = known.get(key.turnId);
  if (found !== undefined) return found;
  const { outputSchema } = await withTenant(key.workspaceId, (tx) => getTurnRecord(tx, key));
  const schema = isObject(outputSchema) ? outputSchema : null;
  if (known.size > 1_000) known.clear();
  known.set(key.turnId, schema);
  return schema;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
