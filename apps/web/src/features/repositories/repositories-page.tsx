"use client";

import { useQuery } from "@tanstack/react-query";
import { FolderGit2, Plus } from "lucide-react";
import { useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Page } from "../../ui/page.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { ConnectDialog } from "./connect-dialog.tsx";
import { RepositoryRow } from "./repository-row.tsx";

export function RepositoriesPage({ connectAtOnce }: { connectAtOnce: boolean }) {
  const trpc = useTRPC();
  const { may } = useWorkspace();
  const mayWrite = may("repositories.write");
  const [connecting, setConnecting] = useState(connectAtOnce && mayWrite);
  const repositories = useQuery(
    trpc.repositories.list.queryOptions(undefined, {
      refetchInterval: (query) => (query.state.data?.some(({ state }) => state === "connecting") ? 1_500 : 30_000),
    }),
  );
  const connect = mayWrite ? (
    <Button variant="primary" onClick={() => setConnecting(true)} data-testid="connect-repository">
      <Plus aria-hidden />
      Connect a repository
    </Button>
  ) : null;

  return (
    <Page>
      <PageHeader
        title="Repositories"
        description="What the agent may work on. Each session gets a copy of its own; nothing is pushed without you."
        actions={(repositories.data?.length ?? 0) > 0 ? connect : null}
      />
      {repositories.isPending ? <SkeletonRows rows={3} label="Loading the repositories" /> : null}
      {repositories.isError && !repositories.data ? (
        <ErrorState message={errorMessage(repositories.error)} onRetry={() => repositories.refetch()} />
      ) : null}
      {repositories.data?.length === 0 ? (
        <EmptyState icon={FolderGit2} title="No repository yet" action={connect}>
          Connect one by its address, or take the sample: a small TypeScript project with a failing test.
        </EmptyState>
      ) : null}
      {repositories.data && repositories.data.length > 0 ? (
        <ul className="divide-y divide-line rounded-xl border border-line bg-surface shadow-card">
          {repositories.data.map((repository) => (
            <RepositoryRow key={repository.id} repository={repository} mayWrite={mayWrite} />
          ))}
        </ul>
      ) : null}
      <ConnectDialog
        open={connecting}
        onOpenChange={setConnecting}
        hasSample={repositories.data?.some(({ kind }) => kind === "sample") ?? false}
      />
    </Page>
  );
}
