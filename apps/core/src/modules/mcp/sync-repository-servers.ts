import { systemClock } from "../../platform/clock.ts";
import { withTenant } from "../../platform/database/database.ts";
import type { RepositoryId, WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { configHashOf } from "./config-hash.ts";
import { type AddMcpServerInput, addMcpServerSchema } from "./contract.ts";
import { removeOtherRepositoryServers, replaceRepositoryServer } from "./repo.ts";

/** A server as a repository's `opencode.jsonc` names it. */
export interface ConfiguredServer {
  readonly type: "local" | "remote";
  readonly command?: readonly string[] | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly url?: string | undefined;
  readonly enabled?: boolean | undefined;
}

function toInput(name: string, server: ConfiguredServer): AddMcpServerInput | null {
  const target =
    server.type === "remote"
      ? { kind: "http", url: server.url }
      : { kind: "stdio", command: server.command, environment: server.environment ?? {} };
  return addMcpServerSchema.safeParse({ name: name.toLowerCase(), target }).data ?? null;
}

/** What this process has noted lately: every turn of a repository names the same. */
const synced = new Map<string, { readonly noted: string; readonly untilMs: number }>();
const maxSynced = 1_000;

/**
 * Notes the servers that the repository's configuration names now. They are offered to nobody until an admin has
 * approved them, and again when what they are has changed. Headers of a repository's file are not taken: what is
 * secret does not belong there. Answers the names that could not be read.
 */
export async function syncRepositoryServers(input: {
  readonly workspaceId: WorkspaceId;
  readonly repositoryId: RepositoryId;
  readonly servers: Readonly<Record<string, ConfiguredServer>>;
}): Promise<string[]> {
  const { workspaceId, repositoryId } = input;
  const named = Object.entries(input.servers).filter(([, server]) => server.enabled !== false);
  const read = named.map(([name, server]) => ({ name, server: toInput(name, server) }));
  const good = read.flatMap(({ server }) => (server ? [server] : []));
  const unread = read.filter(({ server }) => server === null).map(({ name }) => name);
  const place = `${workspaceId}:${repositoryId}`;
  const noted = JSON.stringify(good);
  const last = synced.get(place);
  if (last?.noted === noted && last.untilMs > systemClock.monotonicMs()) return unread;
  await withTenant(workspaceId, async (tx) => {
    await removeOtherRepositoryServers(
      tx,
      { workspaceId, repositoryId },
      good.map(({ name }) => name),
    );
    for (const { name, target } of good) {
      await replaceRepositoryServer(tx, {
        ...{ workspaceId, repositoryId, name, kind: target.kind, configHash: configHashOf(target), sealedHeaders: null },
        url: target.kind === "http" ? target.url : null,
        command: target.kind === "stdio" ? target.command : [],
        environment: target.kind === "stdio" ? target.environment : {},
      });
    }
  });
  if (synced.size >= maxSynced) synced.clear();
  synced.set(place, { noted, untilMs: systemClock.monotonicMs() + limits.mcp.syncedMs });
  return unread;
}
