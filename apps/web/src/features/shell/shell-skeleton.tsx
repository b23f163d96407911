import { Skeleton } from "../../ui/skeleton.tsx";

const rows = ["a", "b", "c", "d"] as const;

/** The frame of the workspace while it is looked up. */
export function ShellSkeleton() {
  return (
    <div role="status" aria-label="Loading the workspace" className="flex min-h-dvh">
      <div className="hidden w-60 shrink-0 space-y-3 border-line border-r p-3 md:block">
        <Skeleton className="h-8 w-full" />
        {rows.map((row) => (
          <Skeleton key={row} className="h-6 w-3/4" />
        ))}
      </div>
      <div className="mx-auto w-full max-w-4xl space-y-4 px-4 py-10 sm:px-8">
        <Skeleton className="h-7 w-48" />
        <Skeleton className="h-32 w-full rounded-xl" />
        <Skeleton className="h-48 w-full rounded-xl" />
      </div>
    </div>
  );
}
