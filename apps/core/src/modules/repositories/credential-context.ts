import type { RepositoryKey } from "./repo.ts";

/** What a token is sealed with: a cell copied into another row does not open. */
export function tokenContext({ workspaceId, repositoryId }: RepositoryKey): string {
  return `repository-token:${workspaceId}:${repositoryId}`;
}

/** The same for a deploy key's private half. */
export function keyContext({ workspaceId, repositoryId }: RepositoryKey): string {
  return `repository-key:${workspaceId}:${repositoryId}`;
}
