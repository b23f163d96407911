import { type HunkData, parseDiff } from "react-diff-view";

/** The hunks of one file's unified diff; none when it can't be read. */
export function parsePatch(path: string, patch: string): HunkData[] {
  const text = patch.startsWith("diff --git") ? patch : `diff --git a/${path} b/${path}\n${patch}`;
  try {
    return parseDiff(text, { nearbySequences: "zip" }).flatMap((file) => file.hunks);
  } catch {
    return [];
  }
}
