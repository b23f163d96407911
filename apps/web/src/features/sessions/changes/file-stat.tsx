import { DiffStat } from "../../../ui/diff-stat.tsx";
import type { DiffFile } from "./file-diff.tsx";

/** How much changed in a file, as far as lines say it. */
export function FileStat({ file, className }: { file: DiffFile; className?: string }) {
  if (file.binary) return <span className={`shrink-0 text-faint text-xs ${className ?? ""}`}>binary</span>;
  if (file.additions + file.deletions === 0) return null;
  return <DiffStat additions={file.additions} deletions={file.deletions} className={className ?? ""} />;
}
