"use client";

import { FolderGit2 } from "lucide-react";
import Link from "next/link";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";

/** Before anything else: a repository to work on. */
export function NoRepositoryYet() {
  const { base, may } = useWorkspace();
  return (
    <EmptyState
      icon={FolderGit2}
      title="Connect a repository to begin"
      action={
        may("repositories.write") ? (
          <Button asChild variant="primary">
            <Link href={`${base}/repositories?connect=1`}>Connect a repository</Link>
          </Button>
        ) : null
      }
    >
      By its address, from this machine, or the sample to try things out. The agent works on a copy; yours stays as it is.
    </EmptyState>
  );
}
