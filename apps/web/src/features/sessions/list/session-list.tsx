"use client";

import { useQuery } from "@tanstack/react-query";
import { FolderGit2, MessagesSquare } from "lucide-react";
import { useState } from "react";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { Select } from "../../../ui/select.tsx";
import { SkeletonRows } from "../../../ui/skeleton.tsx";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { SessionRow } from "./session-row.tsx";
import { useSessions } from "./use-sessions.ts";

const everyRepository = "all";

/** The sessions of the workspace; those that need somebody stand first. */
export function SessionList() {
  const trpc = useTRPC();
  const { base } = useWorkspace();
  const [repository, setRepository] = useState(everyRepository);
  const repositories = useQuery(trpc.repositories.list.queryOptions());
  const sessions = useSessions(repository === everyRepository ? null : repository);
  // One that waits comes before the first page, and again where it stands.
  const rows = [...new Map((sessions.data?.pages ?? []).flatMap(({ items }) => items).map((row) => [row.id, row])).values()];
  const ordered = [...rows.filter(({ state }) => state === "waiting"), ...rows.filter(({ state }) => state !== "waiting")];

  // Before there is a repository, connecting one is the only thing to do, and the page says so already.
  if (rows.length === 0 && repositories.data?.length === 0) return null;
  return (
    <section aria-label="Sessions" className="space-y-3">
      <div className="flex min-h-8 items-center justify-between gap-3">
        <h2 className="font-semibold">Sessions</h2>
        {(repositories.data?.length ?? 0) > 1 ? (
          <Select
            look="quiet"
            label="Show the sessions of"
            value={repository}
            onChange={setRepository}
            icon={<FolderGit2 aria-hidden className="size-3.5 shrink-0" />}
            className="max-w-56"
            options={[
              { value: everyRepository, label: "All repositories" },
              ...(repositories.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        ) : null}
      </div>
      {sessions.isPending ? <SkeletonRows label="Loading the sessions" /> : null}
      {sessions.isError && rows.length === 0 ? (
        <ErrorState message={errorMessage(sessions.error)} onRetry={() => sessions.refetch()} />
      ) : null}
      {sessions.isSuccess && rows.length === 0 ? (
        <EmptyState icon={MessagesSquare} title="No sessions yet">
          Choose a repository above, say what should happen, and watch it being done.
        </EmptyState>
      ) : null}
      {rows.length > 0 ? (
        <ul className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-surface shadow-card">
          {ordered.map((session) => (
            <SessionRow key={session.id} session={session} href={`${base}/sessions/${session.id}`} />
          ))}
        </ul>
      ) : null}
      {sessions.hasNextPage ? (
        <div className="text-center">
          <Button variant="ghost" busy={sessions.isFetchingNextPage} onClick={() => sessions.fetchNextPage()}>
            Show older sessions
          </Button>
        </div>
      ) : null}
    </section>
  );
}
