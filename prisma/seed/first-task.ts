import { guidedTasks } from "@opencode/core/modules/providers/index.ts";
import { createSession } from "@opencode/core/modules/sessions/index.ts";
import { createApiKey } from "@opencode/core/modules/tenancy/index.ts";
import { ensureDemoWorkspace } from "./demo-workspace.ts";

/** The demo workspace with the sample repository, where the agent begins the first guided task; a key for a day to follow it. */
export async function startFirstTask() {
  const { ownerId, workspace, repositoryId } = await ensureDemoWorkspace();
  const [task] = guidedTasks;
  if (!task) return null;
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
