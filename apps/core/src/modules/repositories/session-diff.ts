import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { z } from "zod";
import type { Tx } from "../../platform/database/database.ts";
import type { SessionId, WorkspaceId } from "../../platform/ids.ts";
import { type Diff, diffFileSchema, diffSchema } from "./contract.ts";
import { splitPatch, withPatches } from "./parse-diff.ts";
import { findSessionDiff, upsertSessionDiff } from "./repo.ts";

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

// `sections`: how many pieces of the whole patch belong to the file, so that its own can be cut out again.
const storedSchema = z.object({
  files: z.array(z.object({ file: diffFileSchema.omit({ patch: true }), sections: z.number().int() })),
  omitted: diffSchema.shape.omitted,
});

interface SessionKey {
  readonly workspaceId: WorkspaceId;
  readonly sessionId: SessionId;
}

/** A diff as it is stored: packed outside the transaction, so that compressing never holds one open. */
export interface PackedDiff {
  readonly baseCommit: string;
  readonly treeId: string;
  readonly files: z.input<typeof storedSchema>;
  readonly patch: Uint8Array<ArrayBuffer>;
}

export async function packDiff({ diff, patch }: { diff: Diff; patch: string }): Promise<PackedDiff> {
  const sections = splitPatch(patch);
  let next = 0;
  const files = diff.files.map(({ patch: own, ...file }) => {
    const count = countSections(sections, next, file, own, diff.omitted);
    next += count;
    return { file, sections: count };
  });
  return {
    baseCommit: diff.baseCommit,
    treeId: diff.treeId,
    files: { files, ...(diff.omitted ? { omitted: diff.omitted } : {}) },
    patch: Uint8Array.from(await gzipAsync(patch)),
  };
}

function countSections(
  sections: readonly string[],
  at: number,
  file: { path: string },
  own: string | null,
  omitted: Diff["omitted"],
): number {
  if (own !== null) return splitPatch(own).length;
  if (omitted?.some((entry) => entry.path === file.path)) return 0;
  // A change of kind is a deletion and an addition under one name: both headers are the same.
  const header = sections[at]?.split("\n")[0];
  return header !== undefined && sections[at + 1]?.split("\n")[0] === header ? 2 : 1;
}

/** Keeps a session's newest diff, where any process can read it. */
export async function saveDiff(tx: Tx, key: SessionKey, packed: PackedDiff): Promise<void> {
  await upsertSessionDiff(tx, { workspaceId: key.workspaceId, sessionId: key.sessionId }, packed);
}

/** The session's newest diff and the whole patch; null before there is one. */
export async function readDiff(tx: Tx, key: SessionKey): Promise<{ diff: Diff; patch: string } | null> {
  const row = await findSessionDiff(tx, { workspaceId: key.workspaceId, sessionId: key.sessionId });
  if (!row) return null;
  const stored = storedSchema.parse(row.files);
  const patch = (await gunzipAsync(row.patch)).toString("utf8");
  const files = withPatches(stored.files, patch);
  return {
    patch,
    diff: {
      baseCommit: row.baseCommit,
      treeId: row.treeId,
      files,
      additions: files.reduce((sum, file) => sum + file.additions, 0),
      deletions: files.reduce((sum, file) => sum + file.deletions, 0),
      ...(stored.omitted ? { omitted: stored.omitted } : {}),
    },
  };
}
