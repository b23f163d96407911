/** Each start: a one-time sign-in link for the machine's owner. The first start also: a workspace and a guided task. */
import { createSignInLink, ensureUser } from "@opencode/core/modules/auth/index.ts";
import { listWorkspaces } from "@opencode/core/modules/tenancy/index.ts";
import { withTenant } from "@opencode/core/platform/database/database.ts";
import type { UserId } from "@opencode/core/platform/ids.ts";
import { z } from "zod";
import { owner } from "./owner.ts";
import { printResult } from "./result.ts";

const inputSchema = z.object({ firstTask: z.boolean() });

/** The owner's demo workspace, when something has happened in it already. */
async function findUsedDemo(ownerId: UserId) {
  const demo = (await listWorkspaces(ownerId)).find((workspace) => workspace.isDemo);
  if (!demo) return null;
  const sessions = await withTenant(demo.id, (tx) => tx.session.count());
  return sessions > 0 ? demo : null;
}

await printResult(async (raw) => {
  const { firstTask } = inputSchema.parse(raw);
  const { id: ownerId } = await ensureUser(owner);
  const demo = await findUsedDemo(ownerId);
  // Loaded on the first start only: every later one is quicker without it.
  const session = firstTask && !demo ? await (await import("./first-task.ts")).startFirstTask() : null;
  const { url } = await createSignInLink({ userId: ownerId, callbackPath: session?.path ?? (demo ? `/w/${demo.slug}` : "/") });
  return { signInUrl: url, session };
});
