"use client";

import { useQuery } from "@tanstack/react-query";
import { DoorClosed } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useEffect } from "react";
import { errorCode, errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { FullPageNotice } from "../../ui/full-page-notice.tsx";
import { ShellSkeleton } from "../shell/shell-skeleton.tsx";
import { rememberWorkspace } from "./last-workspace.ts";
import { WorkspaceContextProvider } from "./workspace-context.tsx";

/** Lets members in, and tells everybody else that there is no such workspace. */
export function WorkspaceGate({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const workspace = useQuery(trpc.workspaces.get.queryOptions(undefined, { staleTime: 60_000 }));
  const slug = workspace.data?.slug;
  useEffect(() => {
    if (slug) rememberWorkspace(slug);
  }, [slug]);

  if (workspace.data) return <WorkspaceContextProvider workspace={workspace.data}>{children}</WorkspaceContextProvider>;
  if (workspace.isPending || errorCode(workspace.error) === "UNAUTHORIZED") return <ShellSkeleton />;
  if (errorCode(workspace.error) === "NOT_FOUND" || errorCode(workspace.error) === "BAD_REQUEST") {
    return (
      <FullPageNotice
        icon={DoorClosed}
        title="No such workspace"
        actions={
          <Button asChild variant="primary">
            <Link href="/workspaces">Your workspaces</Link>
          </Button>
        }
      >
        It does not exist, or you are not a member of it. Ask one of its admins for an invitation.
      </FullPageNotice>
    );
  }
  return (
    <main className="mx-auto max-w-lg px-6 py-24">
      <ErrorState message={errorMessage(workspace.error)} onRetry={() => workspace.refetch()} />
    </main>
  );
}
