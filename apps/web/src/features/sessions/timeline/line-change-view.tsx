import { cn } from "../../../ui/cn.ts";
import { lineChanges } from "./line-changes.ts";

const maxLines = 400;
const marks = { same: " ", added: "+", removed: "−" } as const;

/** The change that one call makes to a piece of text. */
export function LineChangeView({ before, after }: { before: string; after: string }) {
  const all = lineChanges(before, after);
  const shown = all.slice(0, maxLines).map((change, index) => ({ ...change, key: `line-${index}` }));
  return (
    <div className="max-h-96 overflow-auto py-1 font-mono text-xs leading-5">
      {shown.map(({ key, kind, text }) => (
        <div key={key} className={cn("flex gap-2 px-3", kind === "added" && "bg-success-soft", kind === "removed" && "bg-danger-soft")}>
          <span
            aria-hidden
            className={cn("select-none", kind === "added" ? "text-success" : kind === "removed" ? "text-danger" : "text-faint")}
          >
            {marks[kind]}
          </span>
          <span className="min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</span>
        </div>
      ))}
      {all.length > maxLines ? (
        <p className="px-3 py-1 text-faint">… {all.length - maxLines} more lines; the whole is under Changes.</p>
      ) : null}
    </div>
  );
}
