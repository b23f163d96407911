"use client";

import { useQuery } from "@tanstack/react-query";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { ErrorState } from "../../../ui/error-state.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { ChangedFiles } from "../changes/changed-files.tsx";

/** What one attempt changed. */
export function AttemptDiff({ sessionId, number }: { sessionId: string; number: number }) {
  const trpc = useTRPC();
  const diff = useQuery(trpc.sessions.diff.queryOptions({ sessionId }));
  if (diff.error && !diff.data) return <ErrorState message={errorMessage(diff.error)} onRetry={() => diff.refetch()} />;
  if (diff.isPending) return <Skeleton className="h-40" />;
  return (
    <section aria-label={`Changes of attempt ${number}`} className="rounded-xl border border-line bg-surface" data-testid="attempt-diff">
      <h2 className="border-line border-b px-4 py-2.5 font-semibold text-sm">Changes of attempt {number}</h2>
      {diff.data ? <ChangedFiles diff={diff.data} focus={null} actions={null} /> : <p className="p-4 text-muted text-sm">No changes.</p>}
    </section>
  );
}
