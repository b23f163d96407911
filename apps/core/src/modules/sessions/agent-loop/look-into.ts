import { withTenant } from "../../../platform/database/database.ts";
import { newId, type RepositoryId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { readBaseFile } from "../../repositories/index.ts";
import type { FileLook } from "../../tools/index.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { getSessionRecord } from "../repo.ts";
import { holdSandbox } from "./held-sandbox.ts";

const { scriptMaxBytes: maxBytes } = limits.tool;
const inWorkspace = /^\/workspace\//;
// Where a call can leave something for a later one; what lies elsewhere is the machine's.
const writable = /^\/(tmp|var\/tmp|dev\/shm|home)\//;

/**
 * Looks into the scripts that a session's command runs by name. What can't be read is known by its name, as ever; where
 * what it was before can't be read, all of it counts as new. A look that is under way ends with `signal`.
 */
export function lookInto(key: SessionKey, signal?: AbortSignal): FileLook {
  return {
    now: async (path) => {
      try {
        const { branch, rootSessionId } = await withTenant(key.workspaceId, (tx) => getSessionRecord(tx, key));
        // To look is no reason to make a workspace: one that was never filled holds nothing that the session wrote.
        if (branch === null && rootSessionId === null) return null;
        const { sandbox } = await holdSandbox(key);
        if (inWorkspace.test(path)) {
          const { content, truncated } = await sandbox.readFile(path.replace(inWorkspace, ""), { maxBytes });
          return truncated ? null : Buffer.from(content).toString("utf8");
        }
        if (!writable.test(path)) return null;
        const command = `head -c ${maxBytes} -- '${path.replaceAll("'", "'\\''")}'`;
        const { exitCode, output } = await sandbox.exec(
          { callId: `look-${newId("request")}`, command, timeoutMs: limits.tool.lookTimeoutMs },
          signal ? { signal } : {},
        );
        return exitCode === 0 ? output : null;
      } catch {
        return null;
      }
    },
    before: async (path) => {
      if (!inWorkspace.test(path)) return null;
      try {
        const { repositoryId, baseCommit } = await withTenant(key.workspaceId, (tx) => getSessionRecord(tx, key));
        if (baseCommit === null) return null;
        const place = { workspaceId: key.workspaceId, repositoryId: repositoryId as RepositoryId, commit: baseCommit };
        return await baseText({ ...place, path: path.replace(inWorkspace, "") });
      } catch {
        return null;
      }
    },
  };
}

const known = new Map<string, Promise<string | null>>();
const maxKnown = 200;

/** A commit never changes: its files are read once a process. */
function baseText(file: Omit<Parameters<typeof readBaseFile>[0], "maxBytes">): Promise<string | null> {
  const key = `${file.repositoryId} ${file.commit} ${file.path}`;
  const found = known.get(key);
  if (found) return found;
  const reading = readBaseFile({ ...file, maxBytes }).then((read) => read?.text ?? null);
  known.set(key, reading);
  reading.catch(() => known.delete(key));
  const oldest = known.size > maxKnown ? known.keys().next().value : undefined;
  if (oldest !== undefined) known.delete(oldest);
  return reading;
}
