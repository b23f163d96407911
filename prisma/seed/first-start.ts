/** Each start: a one-time sign-in link for the machine's owner. The first start also: a workspace and a guided task. */
import { createSignInLink } from "@opencode/core/modules/auth/index.ts";
import { guidedTasks } from "@opencode/core/modules/providers/index.ts";
import { createSession } from "@opencode/core/modules/sessions/index.ts";
import { createApiKey } from "@opencode/core/modules/tenancy/index.ts";
import { withTenant } from "@opencode/core/platform/database/database.ts";
import { z } from "zod";
import { type DemoWorkspace, ensureDemoWorkspace } from "./demo-workspace.ts";
import { printResult } from "./result.ts";

async function startGuidedTask({ ownerId, workspace, repositoryId }: DemoWorkspace) {
  const [task] = guidedTasks;
  const sessions = await withTenant(workspace.id, (tx) => tx.session.count());
  if (sessions > 0 || !task) return null;
  const { sessionId } = await createSession({
    workspaceId: workspace.id,
    repositoryId,
    actor: { kind: "user", id: ownerId },
    origin: "browser",
    prompt: task.prompt,
  });
  const { key } = await createApiKey({
    workspaceId: workspace.id,
    actorId: ownerId,
    name: "First start (console)",
    scopes: ["sessions:read"],
    expiresInDays: 1,
  });
  return { sessionId, title: task.title, apiKey: key, path: `/w/${workspace.slug}/sessions/${sessionId}` };
}

const inputSchema = z.object({ firstTask: z.boolean() });

await printResult(async (raw) => {
  const { firstTask } = inputSchema.parse(raw);
  const demo = await ensureDemoWorkspace();
  const session = firstTask ? await startGuidedTask(demo) : null;
  const destination = session?.path ?? `/w/${demo.workspace.slug}`;
  const { url } = await createSignInLink({ userId: demo.ownerId, callbackPath: destination });
  return { signInUrl: url, session };
});
