import { withTenant } from "../../../platform/database/database.ts";
import { limits } from "../../../platform/limits.ts";
import { type Decision, decideWithin, type Tool } from "../../tools/index.ts";
import type { ToolPart } from "../contract.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { findCallsBefore } from "../message-repo.ts";
import { findTurnRules, turnLayers } from "../permissions/turn-layers.ts";

/**
 * What the rules say about a call, of the session's agent and of everybody it works for: its own subject first, then
 * whether it only repeats itself; with what the sandbox has to keep it from.
 */
export async function judgeCall(key: TurnKey, tool: Tool, part: ToolPart): Promise<Decision> {
  const [stored, earlier] = await withTenant(
    key.workspaceId,
    async (tx) => [await findTurnRules(tx, key), await findCallsBefore(tx, key, part, limits.turn.doomLoopRepeats - 1)] as const,
  );
  const layers = await turnLayers(key, stored);
  // The turn did not begin with it; somebody changed it under way.
  if (layers.malformed !== null) {
    return { action: "deny", permission: tool.name, pattern: layers.malformed, layer: "policy", target: tool.name, alwaysRule: "*" };
  }
  const { own, ceilings } = layers;
  const decision = decideWithin(await tool.subject(part.input), own, ceilings);
  if (decision.action !== "allow") return decision;
  if (!isDoomed(earlier, part)) return decision;
  const repeated = decideWithin({ permission: "doom_loop", targets: [tool.name], alwaysRule: tool.name }, own, ceilings);
  if (repeated.action === "allow") return decision;
  return decision.access ? { ...repeated, access: decision.access } : repeated;
}

/** True when the calls right before this one were the very same: the third of three in a row asks. */
export function isDoomed(earlier: readonly ToolPart[], part: ToolPart): boolean {
  if (earlier.length < limits.turn.doomLoopRepeats - 1) return false;
  const input = JSON.stringify(part.input);
  return earlier.every((call) => call.tool === part.tool && JSON.stringify(call.input) === input);
}
