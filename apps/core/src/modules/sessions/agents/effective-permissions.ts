import { decide, platformLayer, type RuleLayer, wildcardMatches } from "../../tools/index.ts";
import type { Agent } from "./agent.ts";
import type { EffectivePermission } from "./contract.ts";

const keys = [
  "read",
  "edit",
  "bash",
  "glob",
  "grep",
  "list",
  "task",
  "skill",
  "question",
  "todowrite",
  "webfetch",
  "websearch",
  "lsp",
  "external_directory",
  "doom_loop",
];
/** Stands for anything that no particular rule names. */
const anything = "\u0001anything";

/** What an agent may do when all layers are heard, key by key: for anything, and for what particular rules name. */
export function effectivePermissions(agent: Pick<Agent, "permission">, workspace: RuleLayer): EffectivePermission[] {
  const layers: RuleLayer[] = [platformLayer, workspace, { layer: "agent", rules: agent.permission }];
  return keys.map((permission) => {
    const decision = decide({ permission, targets: [anything], alwaysRule: "*" }, layers);
    const patterns = new Map<string, EffectivePermission["exceptions"][number]>();
    for (const { layer, rules } of layers) {
      for (const rule of rules) {
        if (!wildcardMatches(rule.permission, permission)) continue;
        // A rule for everything takes back what stood before it.
        if (rule.pattern === "*") patterns.clear();
        else patterns.set(rule.pattern, { pattern: rule.pattern, action: rule.action, layer });
      }
    }
    return { permission, action: decision.action, layer: decision.layer, exceptions: [...patterns.values()] };
  });
}

/** Whether the agent can change files at all. */
export function mayEdit(agent: Pick<Agent, "permission">): boolean {
  const rule = agent.permission.findLast((each) => wildcardMatches(each.permission, "edit") && each.pattern === "*");
  return rule?.action !== "deny" || agent.permission.slice(agent.permission.indexOf(rule) + 1).some((each) => each.permission === "edit");
}
