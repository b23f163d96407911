import { withTenant } from "../../../platform/database/database.ts";
import type { RepositoryId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { readBaseFile } from "../../repositories/index.ts";
import type { FileLook } from "../../tools/index.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { getSessionRecord } from "../repo.ts";
import { holdSandbox } from "./held-sandbox.ts";
import { seenFile } from "./seen-file.ts";

const { scriptMaxBytes: maxBytes } = limits.tool;
const inWorkspace = /^\/workspace\//;

/**
 * Looks into the scripts that a session's command runs by name. What is there and can't be read is unknown; where what
 * it was before can't be read, all of it counts as new. A look that is under way ends with `signal`; all of them
 * together have a time, and what is not seen by then is unknown.
 */
export function lookInto(key: SessionKey, signal?: AbortSignal): FileLook {
  let until: AbortSignal | null = null;
  return {
    now: async (path) => {
      until ??= AbortSignal.any([AbortSignal.timeout(limits.tool.looksTimeoutMs), ...(signal ? [signal] : [])]);
      if (until.aborted) return "unknown";
      try {
        const { branch, rootSessionId } = await withTenant(key.workspaceId, (tx) => getSessionRecord(tx, key));
        // To look is no reason to make a workspace: one that was never filled holds nothing that the session wrote.
        if (branch === null && rootSessionId === null) return "absent";
        const { sandbox } = await holdSandbox(key);
        return await seenFile(sandbox, path, until);
      } catch {
        return "unknown";
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
  // A file that was not to be had may be another time.
  reading.then(
    (text) => text === null && known.delete(key),
    () => known.delete(key),
  );
  const oldest = known.size > maxKnown ? known.keys().next().value : undefined;
  if (oldest !== undefined) known.delete(oldest);
  return reading;
}
