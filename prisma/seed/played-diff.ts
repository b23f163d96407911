import type { Diff } from "@opencode/core/modules/repositories/contract.ts";

/** One changed file of a seeded session: the path and the lines of its hunks. */
export interface PlayedFile {
  readonly path: string;
  readonly status?: "added" | "modified" | "deleted";
  readonly hunks: string;
}

const zeros = "0".repeat(40);

function headOf({ path, status = "modified" }: PlayedFile): string {
  const head = `diff --git a/${path} b/${path}\n`;
  if (status === "added") return `${head}new file mode 100644\nindex 0000000..1111111\n--- /dev/null\n+++ b/${path}\n`;
  if (status === "deleted") return `${head}deleted file mode 100644\nindex 1111111..0000000\n--- a/${path}\n+++ /dev/null\n`;
  return `${head}index 1111111..2222222 100644\n--- a/${path}\n+++ b/${path}\n`;
}

const countLines = (hunks: string, sign: string) => hunks.split("\n").filter((line) => line.startsWith(sign)).length;

/** The diff that these files make, and its whole patch, as the product would have taken it. */
export function diffOf(played: readonly PlayedFile[]): { diff: Diff; patch: string } {
  const files = played.map((file) => ({
    path: file.path,
    oldPath: null,
    status: file.status ?? ("modified" as const),
    binary: false,
    additions: countLines(file.hunks, "+"),
    deletions: countLines(file.hunks, "-"),
    patch: `${headOf(file)}${file.hunks.trim()}\n`,
  }));
  const sum = (of: "additions" | "deletions") => files.reduce((total, file) => total + file[of], 0);
  const diff = { baseCommit: zeros, treeId: zeros, files, additions: sum("additions"), deletions: sum("deletions") };
  return { diff, patch: files.map((file) => file.patch).join("") };
}
