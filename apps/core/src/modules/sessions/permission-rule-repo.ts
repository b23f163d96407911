import type { Tx } from "../../platform/database/database.ts";
import { newId, type WorkspaceId } from "../../platform/ids.ts";
import { type LayerRule, type PermissionRule, permissionActionSchema } from "../tools/contract.ts";

export interface PermissionRuleView extends PermissionRule {
  readonly id: string;
  readonly createdAt: Date;
  readonly createdByName: string;
  /** settings: written there · answer: saved by "always" in a session */
  readonly source: "settings" | "answer";
}

/** Saves a rule; one that is there for the same pattern takes the new action. */
export async function savePermissionRule(
  tx: Tx,
  workspaceId: WorkspaceId,
  rule: PermissionRule & { createdById: string; source: PermissionRuleView["source"] },
): Promise<{ id: string }> {
  const { permission, pattern, action, createdById, source } = rule;
  return tx.permissionRule.upsert({
    where: { workspaceId_permission_pattern: { workspaceId, permission, pattern } },
    create: { id: newId("permissionRule"), workspaceId, permission, pattern, action, createdById, source },
    // Its place is by age, and a new word counts from now.
    update: { action, createdById, source, createdAt: new Date() },
    select: { id: true },
  });
}

/** The workspace's rules in the order in which they are heard: the last one that matches wins. */
export async function findPermissionRules(tx: Tx, workspaceId: WorkspaceId): Promise<LayerRule[]> {
  const rows = await tx.permissionRule.findMany({ where: { workspaceId }, orderBy: [{ createdAt: "asc" }, { id: "asc" }] });
  return rows.map(({ permission, pattern, action, source }) => ({
    permission,
    pattern,
    action: permissionActionSchema.parse(action),
    ...(source === "answer" ? { answered: true } : {}),
  }));
}

export async function listPermissionRuleViews(tx: Tx, workspaceId: WorkspaceId): Promise<PermissionRuleView[]> {
  const rows = await tx.permissionRule.findMany({ where: { workspaceId }, orderBy: [{ createdAt: "asc" }, { id: "asc" }] });
  const creators = [...new Set(rows.map((row) => row.createdById))];
  const users = await tx.user.findMany({ where: { id: { in: creators } }, select: { id: true, name: true, email: true } });
  const names = new Map(users.map((user) => [user.id, user.name ?? user.email]));
  return rows.map(({ id, permission, pattern, action, createdAt, createdById, source }) => ({
    id,
    permission,
    pattern,
    action: permissionActionSchema.parse(action),
    createdAt,
    source: source === "answer" ? "answer" : "settings",
    createdByName: names.get(createdById) ?? "somebody who left",
  }));
}

/** True when there was one. */
export async function deletePermissionRule(tx: Tx, workspaceId: WorkspaceId, ruleId: string): Promise<boolean> {
  const { count } = await tx.permissionRule.deleteMany({ where: { id: ruleId, workspaceId } });
  return count > 0;
}
