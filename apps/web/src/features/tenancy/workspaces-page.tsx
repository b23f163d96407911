"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronRight, LogOut, Plus } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Logo } from "../../ui/logo.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { ThemeToggle } from "../../ui/theme-toggle.tsx";
import { leave } from "../auth/leave.ts";
import { CreateWorkspaceForm } from "./create-workspace-form.tsx";
import { roleTexts } from "./role-text.ts";

export function WorkspacesPage() {
  const trpc = useTRPC();
  const [creating, setCreating] = useState(false);
  const workspaces = useQuery(trpc.workspaces.list.queryOptions());
  const none = workspaces.data?.length === 0;
  return (
    <>
      <header className="flex items-center justify-between border-line border-b px-4 py-3 sm:px-6">
        <span className="inline-flex items-center gap-2 font-semibold tracking-tight">
          <Logo className="size-5" />
          OpenCode Cloud
        </span>
        <div className="flex items-center gap-2">
          <ThemeToggle />
          <Button variant="ghost" size="sm" onClick={() => leave("/sign-in")}>
            <LogOut aria-hidden />
            Sign out
          </Button>
        </div>
      </header>
      <main className="mx-auto w-full max-w-xl space-y-6 px-4 py-10 sm:py-16">
        <PageHeader
          title={none ? "Create your workspace" : "Your workspaces"}
          description={none ? "A place for a team, its repositories and its sessions." : "Each has its own members, repositories and keys."}
          actions={
            workspaces.data && !none && !creating ? (
              <Button onClick={() => setCreating(true)}>
                <Plus aria-hidden />
                Create
              </Button>
            ) : null
          }
        />
        {workspaces.isPending ? <SkeletonRows rows={2} label="Loading your workspaces" /> : null}
        {workspaces.isError && !workspaces.data ? (
          <ErrorState message={errorMessage(workspaces.error)} onRetry={() => workspaces.refetch()} />
        ) : null}
        {creating || none ? <CreateWorkspaceForm {...(none ? {} : { onCancel: () => setCreating(false) })} /> : null}
        {workspaces.data && !none ? (
          <ul className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-surface shadow-card">
            {workspaces.data.map((workspace) => (
              <li key={workspace.id}>
                <Link href={`/w/${workspace.slug}`} className="flex items-center gap-3 px-4 py-3 hover:bg-hover">
                  <Avatar name={workspace.name} square className="size-8" />
                  <span className="min-w-0 flex-1">
                    <span className="flex items-center gap-2">
                      <span className="truncate font-medium">{workspace.name}</span>
                      {workspace.isDemo ? <Badge>demo</Badge> : null}
                    </span>
                    <span className="block text-faint text-xs">{roleTexts[workspace.role].label}</span>
                  </span>
                  <ChevronRight aria-hidden className="size-4 text-faint" />
                </Link>
              </li>
            ))}
          </ul>
        ) : null}
      </main>
    </>
  );
}
