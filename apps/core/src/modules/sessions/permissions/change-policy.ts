import { withTenant } from "../../../platform/database/database.ts";
import { AppError } from "../../../platform/errors.ts";
import type { UserId, WorkspaceId } from "../../../platform/ids.ts";
import { recordAudit } from "../../tenancy/index.ts";
import type { PermissionRule } from "../../tools/contract.ts";
import { findPolicy, savePolicy } from "./policy-repo.ts";

const maxAudited = 100;

/** Saves the workspace's policy as a whole. CONFLICT when somebody else saved one since `version` was read. */
export async function changePolicy(input: {
  workspaceId: WorkspaceId;
  userId: UserId;
  rules: readonly PermissionRule[];
  version: number;
}): Promise<{ version: number }> {
  const { workspaceId, userId, rules } = input;
  return withTenant(workspaceId, async (tx) => {
    const before = await findPolicy(tx, workspaceId);
    const version = await savePolicy(tx, workspaceId, { rules, version: input.version, updatedById: userId });
    if (version === null) {
      throw new AppError(
        "CONFLICT",
        "Somebody else changed the policy in the meantime. Reload the page, and make your change to what stands there now.",
      );
    }
    const [was, is] = [(before.rules ?? []).map(line), rules.map(line)];
    await recordAudit(tx, {
      workspaceId,
      actorKind: "user",
      actorId: userId,
      action: "permissionPolicy.save",
      subjectId: null,
      data: {
        version,
        rules: is.length,
        added: is.filter((rule) => !was.includes(rule)).slice(0, maxAudited),
        removed: was.filter((rule) => !is.includes(rule)).slice(0, maxAudited),
      },
    });
    return { version };
  });
}

const line = ({ permission, pattern, action }: PermissionRule) => `${action} ${permission}: ${pattern}`;
