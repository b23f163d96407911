import type { Diff } from "@opencode/core/modules/repositories/contract.ts";

type Omitted = NonNullable<Diff["omitted"]>;

const reasons: Record<Omitted[number]["reason"], string> = {
  "too-large": "too large",
  "too-many": "one too many",
  repository: "a repository of its own",
  special: "no regular file",
};

/** What was changed, but is in no snapshot. */
export function OmittedFiles({ omitted }: { omitted: Omitted }) {
  if (omitted.length === 0) return null;
  return (
    <section aria-label="Left out" className="rounded-lg border border-line border-dashed p-3 text-sm" data-testid="omitted-files">
      <h3 className="font-medium">Left out</h3>
      <p className="mt-0.5 text-muted">
        These are in the sandbox only: not in the diff, not in what is pushed, and a revert leaves them alone.
      </p>
      <ul className="mt-2 max-h-40 space-y-0.5 overflow-y-auto">
        {omitted.map(({ path, reason }) => (
          <li key={path} className="flex gap-3">
            <span className="min-w-0 flex-1 truncate font-mono text-xs" title={path}>
              {path}
            </span>
            <span className="shrink-0 text-faint text-xs">{reasons[reason]}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
