import { permissionSectionSchema } from "@opencode/core/modules/repositories/contract.ts";
import { type PermissionRule, permissionRuleSchema } from "@opencode/core/modules/tools/contract.ts";
import { z } from "zod";

type Section = Record<string, PermissionRule["action"] | Record<string, PermissionRule["action"]>>;

const listSchema = z.array(permissionRuleSchema);

/** The rules as opencode.jsonc writes them; as a list where their order could not be kept that way. */
export function policyText(rules: readonly PermissionRule[]): string {
  const section: Section = {};
  let last: string | null = null;
  for (const { permission, pattern, action } of rules) {
    const before = Object.hasOwn(section, permission) ? section[permission] : undefined;
    const patterns: Record<string, PermissionRule["action"]> = typeof before === "string" ? { "*": before } : (before ?? {});
    // Numbers come first in objects, and a name that was left can't be gone back to.
    const isLost = /^\d+$/.test(permission) || /^\d+$/.test(pattern) || permission === "__proto__" || pattern === "__proto__";
    if (isLost || (before !== undefined && last !== permission) || Object.hasOwn(patterns, pattern)) return JSON.stringify(rules, null, 2);
    section[permission] = before === undefined && pattern === "*" ? action : { ...patterns, [pattern]: action };
    last = permission;
  }
  return JSON.stringify(section, null, 2);
}

export type ParsedPolicy =
  | { readonly rules: readonly PermissionRule[]; readonly error: null }
  | { readonly rules: null; readonly error: string };

/** Reads both ways of writing; says where and what when it can't. */
export function parsePolicy(text: string): ParsedPolicy {
  if (text.trim() === "") return { rules: [], error: null };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { rules: null, error: `This is not valid JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const parsed = Array.isArray(value) ? listSchema.safeParse(value) : permissionSectionSchema.safeParse(value);
  if (parsed.success) return { rules: parsed.data, error: null };
  return { rules: null, error: describeIssue(parsed.error.issues[0]) };
}

function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  if (!issue) return "This is no list of rules.";
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const depth = (branch: readonly z.core.$ZodIssue[]) =>
      Math.max(0, ...branch.map(({ path, code }) => path.length + (code === "invalid_union" ? 1 : 0)));
    const inner = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0]?.[0];
    if (inner) return describeIssue({ ...inner, path: [...issue.path, ...inner.path] });
  }
  const said = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return `${issue.path.length > 0 ? `${issue.path.map(String).join(" → ")}: ` : ""}${said}`;
}
