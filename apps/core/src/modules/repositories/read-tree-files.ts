import { z } from "zod";
import { mirrorPath } from "./data-paths.ts";
import { runGit } from "./git.ts";
import { baseInput, mirrorCall } from "./mirror-machine.ts";

const inputSchema = baseInput.extend({ paths: z.array(z.string()).readonly(), maxBytes: z.number().int() });
const treeFileSchema = z.object({
  path: z.string(),
  text: z.string(),
  /** why it was not read, as the end of a sentence that begins with its path */
  problem: z.string().nullable(),
});
type TreeFile = z.infer<typeof treeFileSchema>;

/**
 * Those of these paths that a commit has, in the order asked for. Only regular files of up to `maxBytes` of UTF-8 are
 * read; anything else says why not, so that what depends on it can tell "absent" from "unreadable". Throws when the
 * commit itself can't be read.
 */
export const readTreeFiles = mirrorCall("tree-files", inputSchema, z.array(treeFileSchema), readHere);

async function readHere({ repositoryId, commit, paths, maxBytes }: z.output<typeof inputSchema>): Promise<TreeFile[]> {
  const gitDir = mirrorPath(repositoryId);
  const listed = await runGit(["ls-tree", "-z", "--long", commit, "--", ...paths], { gitDir, environment: { GIT_LITERAL_PATHSPECS: "1" } });
  const entries = new Map<string, Entry>();
  for (const line of listed.toString("utf8").split("\0")) {
    const tab = line.indexOf("\t");
    const [mode = "", kind = "", id = "", size = ""] = line.slice(0, tab).split(/ +/);
    if (tab > 0) entries.set(line.slice(tab + 1), { mode, kind, id, sizeBytes: Number(size) });
  }
  const files: TreeFile[] = [];
  for (const path of paths) {
    const entry = entries.get(path);
    if (entry) files.push({ path, ...(await readEntry(gitDir, entry, maxBytes)) });
  }
  return files;
}

interface Entry {
  readonly mode: string;
  readonly kind: string;
  readonly id: string;
  readonly sizeBytes: number;
}

async function readEntry(gitDir: string, entry: Entry, maxBytes: number): Promise<Omit<TreeFile, "path">> {
  if (entry.kind !== "blob" || entry.mode === "120000") return { text: "", problem: "is no regular file, and links are not followed" };
  if (entry.sizeBytes > maxBytes) return { text: "", problem: `is larger than ${maxBytes.toLocaleString("en")} bytes` };
  const bytes = await runGit(["cat-file", "blob", entry.id], { gitDir, maxOutputBytes: maxBytes + 1 });
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), problem: null };
  } catch {
    return { text: "", problem: "is not UTF-8 text" };
  }
}
