import { withTenant } from "../../../platform/database/database.ts";
import { limits } from "../../../platform/limits.ts";
import { type Decision, decide, platformLayer, type RuleLayer, type Tool } from "../../tools/index.ts";
import type { ToolPart } from "../contract.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { findCallsBefore } from "../message-repo.ts";
import { findPermissionRules } from "../permission-rule-repo.ts";

/** What the rules say about a call: its own subject first, then whether it only repeats itself. */
export async function judgeCall(key: TurnKey, tool: Tool, part: ToolPart): Promise<Decision> {
  const [workspaceRules, earlier] = await withTenant(
    key.workspaceId,
    async (tx) =>
      [await findPermissionRules(tx, key.workspaceId), await findCallsBefore(tx, key, part, limits.turn.doomLoopRepeats - 1)] as const,
  );
  const layers: RuleLayer[] = [platformLayer, { layer: "workspace", rules: workspaceRules }];
  const own = decide(await tool.subject(part.input), layers);
  if (own.action !== "allow" || !isDoomed(earlier, part)) return own;
  const repeated = decide({ permission: "doom_loop", targets: [tool.name], alwaysRule: tool.name }, layers);
  return repeated.action === "allow" ? own : repeated;
}

/** True when the calls right before this one were the very same: the third of three in a row asks. */
export function isDoomed(earlier: readonly ToolPart[], part: ToolPart): boolean {
  if (earlier.length < limits.turn.doomLoopRepeats - 1) return false;
  const input = JSON.stringify(part.input);
  return earlier.every((call) => call.tool === part.tool && JSON.stringify(call.input) === input);
}
