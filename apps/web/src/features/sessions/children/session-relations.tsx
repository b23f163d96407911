"use client";

import type { SessionRow } from "@opencode/core/modules/sessions/contract.ts";
import { Columns3, CornerLeftUp } from "lucide-react";
import Link from "next/link";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";

/** Where a session belongs: to the one whose sub-agent works in it, or to a comparison. */
export function SessionRelations({ session }: { session: Pick<SessionRow, "parentSessionId" | "compareGroupId" | "agent"> }) {
  const { base } = useWorkspace();
  const { parentSessionId, compareGroupId, agent } = session;
  if (!parentSessionId && !compareGroupId) return null;
  return (
    <p className="mb-1 flex flex-wrap items-center gap-x-3 text-muted text-xs">
      {parentSessionId ? (
        <Link
          href={`${base}/sessions/${parentSessionId}`}
          className="inline-flex items-center gap-1 hover:text-fg"
          data-testid="parent-link"
        >
          <CornerLeftUp aria-hidden className="size-3.5" /> Sub-agent {agent} of another session
        </Link>
      ) : null}
      {compareGroupId ? (
        <Link
          href={`${base}/compare/${compareGroupId}`}
          className="inline-flex items-center gap-1 hover:text-fg"
          data-testid="compare-link"
        >
          <Columns3 aria-hidden className="size-3.5" /> One of several attempts: compare them
        </Link>
      ) : null}
    </p>
  );
}
