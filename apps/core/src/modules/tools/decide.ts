import {
  type Decision,
  type LayerRule,
  type PermissionAction,
  type PermissionLayer,
  type PermissionSubject,
  permissionLayers,
  type RuleLayer,
} from "./contract.ts";
import { suggestRule } from "./suggest-rule.ts";
import { wildcardMatches, wildcardReaches } from "./wildcard.ts";

interface PlacedRule extends LayerRule {
  readonly layer: PermissionLayer;
}

export const strictness: Record<PermissionAction, number> = { allow: 0, ask: 1, deny: 2 };

/** Rules of all layers in the order in which they are heard; the order in which the layers are handed in does not matter. */
function inOrder(layers: readonly RuleLayer[]): PlacedRule[] {
  return permissionLayers.flatMap((layer) =>
    layers.filter((entry) => entry.layer === layer).flatMap((entry) => entry.rules.map((rule) => ({ ...rule, layer }))),
  );
}

// Nobody ruled on it: what is not spoken of is asked.
const unruled = { pattern: "(no rule)", layer: "platform", action: "ask" } as const;

type Judgement = Pick<PlacedRule, "action" | "pattern" | "layer">;

// "Always" was answered to what these asked; what a policy asks is asked each time, and what anybody denies stays denied.
const answerable: ReadonlySet<PermissionLayer> = new Set(["repository", "agent", "session"]);

function unlessAnswered(judgement: Judgement, rules: readonly PlacedRule[], matches: (rule: PlacedRule) => boolean): Judgement {
  if (judgement.action !== "ask" || !answerable.has(judgement.layer)) return judgement;
  return rules.findLast((rule) => rule.answered === true && rule.action === "allow" && matches(rule)) ?? judgement;
}

function judge(names: readonly string[], rules: readonly PlacedRule[]): Judgement {
  const matches = (rule: PlacedRule) => names.some((name) => wildcardMatches(rule.pattern, name));
  return unlessAnswered(rules.findLast(matches) ?? unruled, rules, matches);
}

/**
 * Text that no rule can be held against. A rule that spells it out decides, and so does the last rule for everything
 * when nothing more particular follows. Otherwise a particular rule could be what it evades: it is asked. Where all
 * else is denied it is denied; as a mere effect of another call it is asked then too, for it may be innocent of it.
 */
function judgeUnjudgeable(text: string, rules: readonly PlacedRule[], isEffect: boolean): Judgement {
  const decisive = rules.findLast((rule) => rule.pattern === text || rule.pattern === "*");
  if (!decisive) return unruled;
  if (decisive.pattern === text) return decisive;
  if (decisive.action !== "allow") return isEffect ? { ...decisive, action: "ask" } : decisive;
  const particular = rules.slice(rules.indexOf(decisive) + 1).findLast((rule) => rule.action !== "allow");
  return particular ? { action: "ask", pattern: particular.pattern, layer: particular.layer } : decisive;
}

/**
 * Something beneath a directory, nobody can say what: the last rule for all of it decides, unless a later one that does
 * not allow speaks of something there. It is asked at most, for what was meant may be something else.
 */
function judgeBeneath(directory: string, rules: readonly PlacedRule[]): Judgement {
  const start = directory === "." ? "" : `${directory.replace(/\/$/, "")}/`;
  const decisive = rules.findLast((rule) => rule.pattern.endsWith("*") && wildcardMatches(rule.pattern, start));
  if (!decisive) return unruled;
  if (decisive.action !== "allow") return { ...decisive, action: "ask" };
  const particular = rules
    .slice(rules.indexOf(decisive) + 1)
    .findLast((rule) => rule.action !== "allow" && wildcardReaches(rule.pattern, start));
  return particular ? { action: "ask", pattern: particular.pattern, layer: particular.layer } : decisive;
}

/**
 * What the rules say about a call. For each target the last rule that matches wins (layers platform < workspace <
 * repository < session < policy); of all targets, and of all that the call touches besides, the strictest answer counts.
 */
export function decide(subject: PermissionSubject, layers: readonly RuleLayer[]): Decision {
  const ordered = inOrder(layers);
  const decisions = judgeSubject(subject, ordered, false);
  const strictest = decisions.toSorted((a, b) => strictness[b.action] - strictness[a.action])[0];
  // A call that touches nothing (invalid input) can do nothing.
  return (
    strictest ?? {
      action: "allow",
      permission: subject.permission,
      pattern: "*",
      layer: "platform",
      target: "",
      alwaysRule: subject.alwaysRule,
    }
  );
}

function judgeSubject(subject: PermissionSubject, ordered: readonly PlacedRule[], isEffect: boolean): Decision[] {
  const { permission, targets, aliases = {}, beneath = [], unjudgeable = [], also = [] } = subject;
  const rules = ordered.filter((rule) => wildcardMatches(rule.permission, permission));
  const isOnly = targets.length + unjudgeable.length + beneath.length === 1;
  const judged = targets.map((target) => {
    const { action, pattern, layer } = judge([target, ...(Object.hasOwn(aliases, target) ? (aliases[target] ?? []) : [])], rules);
    return { action, permission, pattern, layer, target, alwaysRule: isOnly ? subject.alwaysRule : suggestRule(permission, target) };
  });
  const below = beneath.map((directory) => {
    const target = directory === "." ? "*" : `${directory}/*`;
    const judgement = unlessAnswered(judgeBeneath(directory, rules), rules, (rule) => rule.pattern === target);
    const { action, pattern, layer } = judgement;
    return { action, permission, pattern, layer, target, alwaysRule: target };
  });
  const unjudged = unjudgeable.map((target) => {
    const judgement = judgeUnjudgeable(target, rules, isEffect);
    const { action, pattern, layer } = unlessAnswered(judgement, rules, (rule) => rule.pattern === target);
    return { action, permission, pattern, layer, target, alwaysRule: target };
  });
  return [...judged, ...below, ...unjudged, ...also.flatMap((other) => judgeSubject(other, ordered, true))];
}
