import { type CallAccess, type PermissionSubject, permissionLayers, type RuleLayer } from "../contract.ts";
import { decide } from "../decide.ts";
import { wildcardMatches } from "../wildcard.ts";

const isEverything = (pattern: string) => /^\*+(\/\*+)?$/.test(pattern);

/** Whether the last word on everything of a permission is that it is denied; rules for particular things may still follow. */
function isDeniedAtLarge(permission: string, layers: readonly RuleLayer[]): boolean {
  const rules = permissionLayers.flatMap((name) => layers.filter(({ layer }) => layer === name).flatMap((layer) => layer.rules));
  return rules.findLast((rule) => wildcardMatches(rule.permission, permission) && isEverything(rule.pattern))?.action === "deny";
}

/** The files that the call itself says it writes. */
function editsOf(subject: PermissionSubject): PermissionSubject[] {
  const own = subject.permission === "edit" && subject.targets.length > 0 ? [subject] : [];
  return [...own, ...(subject.also ?? []).flatMap(editsOf)];
}

/**
 * What the sandbox has to keep a call from under these rules, because its words don't tell what it does. Edits denied at
 * large: the workspace is read-only, unless the call names files that a later rule lets it write. Pages of the web or
 * `network` denied at large: no network.
 */
export function execAccess(subject: PermissionSubject, layers: readonly RuleLayer[]): CallAccess {
  const edits = editsOf(subject);
  const mayEdit = edits.some(({ targets, alwaysRule }) =>
    targets.some((target) => decide({ permission: "edit", targets: [target], alwaysRule }, layers).action !== "deny"),
  );
  return {
    ...(isDeniedAtLarge("edit", layers) && !mayEdit ? { workspace: "read-only" as const } : {}),
    ...(isDeniedAtLarge("network", layers) || isDeniedAtLarge("webfetch", layers) ? { network: "none" as const } : {}),
  };
}
