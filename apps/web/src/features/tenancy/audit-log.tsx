"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Age } from "../../ui/age.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Section } from "../../ui/section.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { auditSentence } from "./audit-sentence.ts";

const detailsChars = 160;

/** Who changed what in the workspace, the newest first. */
export function AuditLog() {
  const trpc = useTRPC();
  const audit = useInfiniteQuery(trpc.audit.list.infiniteQueryOptions({}, { getNextPageParam: (page) => page.nextCursor ?? undefined }));
  const items = audit.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title="Audit" description="Every change of members, keys, rules and repositories.">
      {audit.isPending ? <SkeletonRows rows={3} label="Loading the audit" /> : null}
      {audit.isError && items.length === 0 ? <ErrorState message={errorMessage(audit.error)} onRetry={() => audit.refetch()} /> : null}
      {audit.isSuccess && items.length === 0 ? <p className="text-muted text-sm">Nothing has been changed yet.</p> : null}
      {items.length > 0 ? (
        <ul className="divide-y divide-line rounded-xl border border-line bg-surface text-sm shadow-card">
          {items.map((item) => (
            <li key={item.id} className="flex gap-3 px-4 py-2">
              <div className="min-w-0 flex-1">
                <p>
                  <span className="font-medium">
                    {item.actorName ?? (item.actorKind === "system" ? "The system" : "Somebody who left")}
                  </span>{" "}
                  <span className="text-muted">{auditSentence(item.action)}</span>
                </p>
                <p className="truncate font-mono text-faint text-xs">{detailsOf(item.data, item.subjectId)}</p>
              </div>
              <Age at={item.createdAt} className="shrink-0 text-faint text-xs tabular-nums" />
            </li>
          ))}
        </ul>
      ) : null}
      {audit.hasNextPage ? (
        <Button variant="ghost" busy={audit.isFetchingNextPage} onClick={() => audit.fetchNextPage()}>
          Show older
        </Button>
      ) : null}
    </Section>
  );
}

function detailsOf(data: Readonly<Record<string, unknown>>, subjectId: string | null): string {
  const fields = Object.entries(data).map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return [...fields, ...(subjectId ? [subjectId] : [])].join("  ").slice(0, detailsChars);
}
