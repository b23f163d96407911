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

const detailsChars = 300;

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
                <p className="line-clamp-3 text-faint text-xs [overflow-wrap:anywhere]" title={item.subjectId ?? undefined}>
                  {detailsOf(item.data) || item.subjectId}
                </p>
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

/** What is told of a change: "expires at: …", one after the other; what is empty is left out. */
function detailsOf(data: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(data).flatMap(([name, value]) => {
    const text = textOf(value);
    return text === "" ? [] : [`${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}: ${text}`];
  });
  return fields.join(" · ").slice(0, detailsChars);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(textOf).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
