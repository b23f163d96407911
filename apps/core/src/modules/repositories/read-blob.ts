import { notFound } from "../../platform/errors.ts";
import { limits } from "../../platform/limits.ts";
import type { FileContent } from "./contract.ts";
import { runGit } from "./git.ts";
import { parseTree } from "./list-tree.ts";
import { checkTreePath, type TreeSource, treeRun } from "./tree-source.ts";

const lfsHead = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:ext-.*\n)*oid sha256:[0-9a-f]{64}\nsize (\d+)\n/;

/** Pictures that a browser shows and that run nothing, by their first bytes. */
function imageTypeOf(bytes: Buffer): string | null {
  const head = bytes.subarray(0, 12).toString("latin1");
  if (head.startsWith("\x89PNG\r\n")) return "image/png";
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (/^GIF8[79]a/.test(head)) return "image/gif";
  return head.startsWith("RIFF") && head.endsWith("WEBP") ? "image/webp" : null;
}

/** One file of a tree, as far as it can be shown: text up to a limit, where a link leads, what an LFS pointer stands for. NOT_FOUND otherwise. */
export async function readBlob(source: TreeSource, path: string): Promise<FileContent> {
  const clean = checkTreePath(path);
  const run = treeRun(source);
  const [entry] = clean === "" ? [] : parseTree(await runGit(["ls-tree", "-z", "-l", source.tree, "--", clean], run), "");
  if (!entry || entry.path !== clean || entry.kind === "directory") throw notFound("The file");
  const sizeBytes = entry.sizeBytes ?? 0;
  const base = { path: clean, id: entry.id, executable: entry.executable, sizeBytes };
  if (entry.kind === "submodule") return { ...base, kind: "submodule", text: entry.id };
  if (sizeBytes > limits.repository.fileViewMaxBytes) return { ...base, kind: "too-large", text: null };
  const bytes = await runGit(["cat-file", "blob", entry.id], run);
  if (entry.kind === "link") return { ...base, kind: "link", text: bytes.toString("utf8") };
  const text = bytes.toString("utf8");
  const isText = !bytes.subarray(0, 8_000).includes(0) && Buffer.from(text, "utf8").equals(bytes);
  if (!isText) {
    const type = imageTypeOf(bytes);
    return type
      ? { ...base, kind: "image", text: `data:${type};base64,${bytes.toString("base64")}` }
      : { ...base, kind: "binary", text: null };
  }
  const pointer = lfsHead.exec(text);
  if (pointer) return { ...base, kind: "lfs", text: null, sizeBytes: Number(pointer[1]) };
  return { ...base, kind: "text", text };
}
