/** What the command line needs to use the public REST API of this machine: a workspace, a repository and a key for a day. */

import { guidedTasks } from "@opencode/core/modules/providers/index.ts";
import { connectRepository, listRepositories } from "@opencode/core/modules/repositories/index.ts";
import { createApiKey } from "@opencode/core/modules/tenancy/index.ts";
import { z } from "zod";
import { type DemoWorkspace, ensureDemoWorkspace } from "./demo-workspace.ts";
import { printResult } from "./result.ts";

const inputSchema = z.object({ repository: z.string().nullable() });

/** The repository of that URL or path, connected when it is not yet; the sample when none is named. */
async function findRepository(demo: DemoWorkspace, location: string | null) {
  if (location === null) return demo.repositoryId;
  const known = await listRepositories(demo.workspace.id);
  const existing = known.find((repository) => repository.location === location);
  if (existing) return existing.id;
  const input = /^https?:\/\//.test(location) ? { kind: "url" as const, url: location } : { kind: "local" as const, path: location };
  const connected = await connectRepository({ workspaceId: demo.workspace.id, actorId: demo.ownerId, input });
  return connected.id;
}

await printResult(async (raw) => {
  const { repository } = inputSchema.parse(raw);
  const demo = await ensureDemoWorkspace();
  const repositoryId = await findRepository(demo, repository);
  const { key } = await createApiKey({
    workspaceId: demo.workspace.id,
    actorId: demo.ownerId,
    name: "Command line",
    scopes: ["sessions:read", "sessions:write"],
    expiresInDays: 1,
  });
  const [task] = guidedTasks;
  return {
    workspaceId: demo.workspace.id,
    ownerId: demo.ownerId,
    slug: demo.workspace.slug,
    repositoryId,
    apiKey: key,
    guidedPrompt: task?.prompt ?? "",
  };
});
