import { cn } from "./cn.ts";
import { formatCount } from "./format-count.ts";

/** Lines added and removed. */
export function DiffStat({ additions, deletions, className }: { additions: number; deletions: number; className?: string }) {
  return (
    <span className={cn("inline-flex gap-1.5 whitespace-nowrap font-mono text-xs tabular-nums", className)}>
      <span className="text-success">
        <span className="sr-only">added </span>+{formatCount(additions)}
      </span>
      <span className="text-danger">
        <span className="sr-only">removed </span>−{formatCount(deletions)}
      </span>
    </span>
  );
}
