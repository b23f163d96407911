import type { RepositoryKey } from "./repo.ts";

export async function syncArchive(_mirror: string, _key: RepositoryKey): Promise<void> {
  throw new Error("not yet");
}
