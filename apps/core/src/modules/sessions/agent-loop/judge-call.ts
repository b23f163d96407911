import { withTenant } from "../../../platform/database/database.ts";
import { limits } from "../../../platform/limits.ts";
import { type Decision, decide, platformLayer, type RuleLayer, type Tool } from "../../tools/index.ts";
import type { ToolPart } from "../contract.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { findTurnMessages } from "../message-repo.ts";
import { findPermissionRules } from "../permission-rule-repo.ts";
import { toolPartsOf } from "./begin-model-step.ts";

/** What the rules say about a call: its own subject first, then whether it only repeats itself. */
export async function judgeCall(key: TurnKey, tool: Tool, part: ToolPart): Promise<Decision> {
  const [workspaceRules, messages] = await withTenant(
    key.workspaceId,
    async (tx) => [await findPermissionRules(tx, key.workspaceId), await findTurnMessages(tx, key)] as const,
  );
  const layers: RuleLayer[] = [platformLayer, { layer: "workspace", rules: workspaceRules }];
  const own = decide(await tool.subject(part.input), layers);
  if (own.action !== "allow" || !isDoomed(messages.flatMap(toolPartsOf), part)) return own;
  const repeated = decide({ permission: "doom_loop", targets: [tool.name], alwaysRule: tool.name }, layers);
  return repeated.action === "allow" ? own : repeated;
}

/** True when the calls right before this one were the very same: the third of three in a row asks. */
export function isDoomed(calls: readonly ToolPart[], part: ToolPart): boolean {
  const at = calls.findIndex((call) => call.id === part.id);
  const before = calls.slice(Math.max(0, at - limits.turn.doomLoopRepeats + 1), at);
  if (at === -1 || before.length < limits.turn.doomLoopRepeats - 1) return false;
  const input = JSON.stringify(part.input);
  return before.every((call) => call.tool === part.tool && JSON.stringify(call.input) === input);
}
