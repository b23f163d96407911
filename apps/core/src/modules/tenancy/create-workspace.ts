import { randomBytes } from "node:crypto";
import { dangerouslyAcrossTenants } from "../../platform/database/database.ts";
import { AppError } from "../../platform/errors.ts";
import { newId, type UserId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { type WorkspaceView, workspaceSchema } from "./contract.ts";
import { slugFrom } from "./policy.ts";
import { recordAudit } from "./record-audit.ts";
import { insertMember, insertWorkspace, listMembershipsOf, slugIsTaken } from "./repo.ts";

/**
 * A new workspace with this person as its owner. The slug comes from the name; one that is taken gets a random ending
 * (a count would tell how many others there are).
 */
export async function createWorkspace(input: { userId: UserId; name: string; isDemo?: boolean }): Promise<WorkspaceView> {
  const id = newId("workspace");
  const base = slugFrom(input.name);
  return dangerouslyAcrossTenants("a workspace that does not exist yet can't be scoped to", async (tx) => {
    if ((await listMembershipsOf(tx, input.userId)).length >= limits.tenancy.maxWorkspacesPerUser) {
      throw new AppError(
        "CONFLICT",
        `You are in ${limits.tenancy.maxWorkspacesPerUser} workspaces, the most there can be. Leave one first.`,
      );
    }
    const slug = (await slugIsTaken(tx, base)) ? `${base}-${randomBytes(3).toString("hex")}` : base;
    const row = await insertWorkspace(tx, { id, slug, name: input.name, isDemo: input.isDemo ?? false });
    await insertMember(tx, { workspaceId: id, userId: input.userId, role: "owner" });
    await recordAudit(tx, {
      workspaceId: id,
      actorKind: "user",
      actorId: input.userId,
      action: "workspaces.create",
      subjectId: id,
      data: { name: input.name, slug },
    });
    return workspaceSchema.parse({ ...row, role: "owner" });
  });
}
