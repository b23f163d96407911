import type { RepositoryId, WorkspaceId } from "@opencode/core/platform/ids.ts";

export interface BenchWorkspace {
  readonly actorId: string;
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  /** callers take turns, because each key has a limit a minute */
  readonly keys: readonly string[];
}

/** A workspace with API keys and the sample repository, in the database of the product that runs with this environment. */
export async function makeBenchWorkspace(env: Readonly<Record<string, string>>, keyCount: number): Promise<BenchWorkspace> {
  // Before anything reads the environment, which is read once.
  Object.assign(process.env, env);
  const { createApiKey, createWorkspace } = await import("@opencode/core/modules/tenancy/index.ts");
  const { ensureSampleRepository } = await import("@opencode/core/modules/repositories/index.ts");
  const { dangerouslyAcrossTenants } = await import("@opencode/core/platform/database/database.ts");
  const { newId } = await import("@opencode/core/platform/ids.ts");
  const actorId = newId("user");
  await dangerouslyAcrossTenants("the benchmark makes its user", (tx) =>
    tx.user.create({ data: { id: actorId, email: `${actorId}@example.com` } }),
  );
  const { id: workspaceId } = await createWorkspace({ userId: actorId, name: "Bench" });
  const made = await Promise.all(
    Array.from({ length: keyCount }, (_, index) =>
      createApiKey({ workspaceId, actorId, name: `bench ${index}`, scopes: ["sessions:read", "sessions:write"] }),
    ),
  );
  const { id: repositoryId } = await ensureSampleRepository({ workspaceId, actorId });
  return { actorId, workspaceId, repositoryId, keys: made.map(({ key }) => key) };
}
