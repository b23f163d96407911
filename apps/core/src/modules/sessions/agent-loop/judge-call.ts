import { withTenant } from "../../../platform/database/database.ts";
import { limits } from "../../../platform/limits.ts";
import { type Decision, decideWithin, type Tool } from "../../tools/index.ts";
import type { ToolPart } from "../contract.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { heldLog } from "../history/held-logs.ts";
import { findCallsBefore } from "../message-repo.ts";
import { findCurrentRules, rulesInHand, type StoredRules, turnLayers } from "../permissions/turn-layers.ts";
import { lookInto } from "./look-into.ts";

const before = limits.turn.doomLoopRepeats - 1;

/**
 * What the rules say about a call, of the session's agent and of everybody it works for: its own subject first, then
 * whether it only repeats itself; with what the sandbox has to keep it from.
 */
export async function judgeCall(key: TurnKey, tool: Tool, part: ToolPart, signal?: AbortSignal): Promise<Decision> {
  const [stored, earlier] = await withTenant(
    key.workspaceId,
    async (tx) => [await findCurrentRules(tx, key), await findCallsBefore(tx, key, part, before)] as const,
  );
  return decide(key, { tool, part, signal }, stored, earlier);
}

/** The same by the rules in hand, and what they were known by; null where there are none. Whoever goes by it makes sure that they still hold. */
export async function judgeByKnownRules(
  key: TurnKey,
  tool: Tool,
  part: ToolPart,
  signal?: AbortSignal,
): Promise<{ decision: Decision; mark: string } | null> {
  const [rules, log] = [rulesInHand(key), heldLog(key)];
  if (!rules || !log) return null;
  const earlier = log.callsBefore(key.turnId, part, before);
  return { decision: await decide(key, { tool, part, signal }, rules.stored, earlier), mark: rules.mark };
}

interface Judged {
  readonly tool: Tool;
  readonly part: ToolPart;
  readonly signal: AbortSignal | undefined;
}

async function decide(key: TurnKey, { tool, part, signal }: Judged, stored: StoredRules, earlier: readonly ToolPart[]): Promise<Decision> {
  const layers = await turnLayers(key, stored);
  // The turn did not begin with it; somebody changed it under way.
  if (layers.malformed !== null) {
    return { action: "deny", permission: tool.name, pattern: layers.malformed, layer: "policy", target: tool.name, alwaysRule: "*" };
  }
  const { own, ceilings } = layers;
  const decision = decideWithin(await tool.subject(part.input, lookInto(key, signal)), own, ceilings);
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
