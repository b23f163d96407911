import type { Role } from "./contract.ts";

/** What a role may do: the one permission table. A permission that is not listed for a role is refused. */
const table = {
  "workspace.read": ["owner", "admin", "member", "viewer"],
  "workspace.rename": ["owner", "admin"],
  "workspace.leave": ["owner", "admin", "member", "viewer"],
  "members.read": ["owner", "admin", "member", "viewer"],
  "members.invite": ["owner", "admin"],
  "members.changeRole": ["owner", "admin"],
  "members.remove": ["owner", "admin"],
  "apiKeys.read": ["owner", "admin"],
  "apiKeys.write": ["owner", "admin"],
  "audit.read": ["owner", "admin"],
  "providerKeys.read": ["owner", "admin", "member", "viewer"],
  "providerKeys.write": ["owner", "admin"],
  "usage.read": ["owner", "admin", "member", "viewer"],
  "budgets.write": ["owner", "admin"],
  "repositories.read": ["owner", "admin", "member", "viewer"],
  "repositories.write": ["owner", "admin", "member"],
  "sandboxes.read": ["owner", "admin", "member", "viewer"],
  "sandboxes.write": ["owner", "admin", "member"],
  "sandboxPolicy.write": ["owner", "admin"],
  "sessions.read": ["owner", "admin", "member", "viewer"],
  "sessions.write": ["owner", "admin", "member"],
  "skills.read": ["owner", "admin", "member", "viewer"],
  "skills.write": ["owner", "admin", "member"],
  "searchKeys.read": ["owner", "admin", "member", "viewer"],
  "searchKeys.write": ["owner", "admin"],
  "permissionRules.read": ["owner", "admin", "member", "viewer"],
  "permissionRules.write": ["owner", "admin", "member"],
  "permissionPolicy.write": ["owner", "admin"],
  "mcp.read": ["owner", "admin", "member", "viewer"],
  "mcp.write": ["owner", "admin"],
  "agents.read": ["owner", "admin", "member", "viewer"],
  "agents.write": ["owner", "admin", "member"],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof table;

/** True only when the table says so; an unknown role or permission is refused. */
export function roleMay(role: Role, permission: Permission): boolean {
  const allowed: readonly Role[] | undefined = table[permission];
  return allowed?.includes(role) ?? false;
}
