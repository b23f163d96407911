/** What the command line needs to use the public REST API of this machine: a workspace, a repository and a key for a day. */

import { setTimeout as sleep } from "node:timers/promises";
import { guidedTasks } from "@opencode/core/modules/providers/index.ts";
import { connectRepository, getRepository } from "@opencode/core/modules/repositories/index.ts";
import { createApiKey } from "@opencode/core/modules/tenancy/index.ts";
import type { RepositoryId } from "@opencode/core/platform/ids.ts";
import { z } from "zod";
import { type DemoWorkspace, ensureDemoWorkspace } from "./demo-workspace.ts";
import { printResult } from "./result.ts";

const inputSchema = z.object({ repository: z.string().nullable() });

const pollMs = 300;

/** The repository of that URL or path, connected when it is not yet; the sample when none is named. */
async function findRepository({ workspace, ownerId, repositoryId }: DemoWorkspace, location: string | null): Promise<RepositoryId> {
  if (location === null) return repositoryId;
  const input = /^https?:\/\//.test(location) ? { kind: "url" as const, url: location } : { kind: "local" as const, path: location };
  const connected = await connectRepository({ workspaceId: workspace.id, actorId: ownerId }, input);
  for (;;) {
    const repository = await getRepository({ workspaceId: workspace.id, repositoryId: connected.id });
    if (repository.state === "ready") return repository.id;
    if (repository.state === "failed") throw new Error(repository.lastError ?? "The repository could not be connected.");
    await sleep(pollMs);
  }
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
