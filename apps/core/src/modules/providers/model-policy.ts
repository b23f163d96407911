import type { ModelRule } from "./contract.ts";

/** For whom a model is called; a caller without a person may what everybody may. */
export interface ModelUser {
  readonly userId: string | null;
  readonly isAdmin: boolean;
}

/** True when a pattern (`*` stands for anything) is the whole id. */
export function matchesModel(pattern: string, modelId: string): boolean {
  const parts = pattern.split("*");
  const [head = "", ...rest] = parts;
  if (rest.length === 0) return pattern === modelId;
  if (!modelId.startsWith(head)) return false;
  let at = head.length;
  const tail = rest.pop() ?? "";
  for (const part of rest) {
    const found = modelId.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return modelId.length - tail.length >= at && modelId.endsWith(tail);
}

/** What the operator allows on this installation; nothing said means everything. The demo model is always there. */
export function operatorAllows(patterns: readonly string[], modelId: string): boolean {
  return modelId === "demo" || patterns.length === 0 || patterns.some((pattern) => matchesModel(pattern, modelId));
}

/**
 * What the workspace's admins allow somebody; null asks whether anybody at all may. Without rules everybody may use
 * everything; the demo model is always there.
 */
export function rulesAllow(rules: readonly ModelRule[], modelId: string, user: ModelUser | null): boolean {
  if (modelId === "demo" || rules.length === 0) return true;
  return rules.some(({ pattern, who }) => {
    if (!matchesModel(pattern, modelId)) return false;
    if (who === "everyone" || user === null) return true;
    if (who === "admins") return user.isAdmin;
    return user.userId !== null && who.userIds.includes(user.userId);
  });
}
