"use client";

import { useQuery } from "@tanstack/react-query";
import { Compass } from "lucide-react";
import Link from "next/link";
import { useCallback } from "react";
import { errorCode, errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { FullPageNotice } from "../../ui/full-page-notice.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { LiveSession } from "./live-session.tsx";
import { SessionSkeleton } from "./session-skeleton.tsx";

/** Loads a session once; from then on its event log tells what changes. */
export function SessionPage({ sessionId }: { sessionId: string }) {
  const trpc = useTRPC();
  const { base } = useWorkspace();
  const session = useQuery(
    trpc.sessions.get.queryOptions(
      { sessionId },
      { staleTime: Number.POSITIVE_INFINITY, gcTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false },
    ),
  );
  const { refetch } = session;
  const onTrouble = useCallback(() => {
    refetch();
  }, [refetch]);
  const code = session.error ? errorCode(session.error) : null;
  const isGone = code === "NOT_FOUND" || code === "BAD_REQUEST";
  if (session.data && !isGone) {
    return <LiveSession key={sessionId} session={session.data.session} loaded={session.data.view} onTrouble={onTrouble} />;
  }
  if (session.isPending) return <SessionSkeleton />;
  if (isGone) {
    return (
      <FullPageNotice
        icon={Compass}
        title="No such session"
        actions={
          <Button asChild variant="primary">
            <Link href={base}>All sessions</Link>
          </Button>
        }
      >
        It was removed, or it belongs to another workspace.
      </FullPageNotice>
    );
  }
  return (
    <div className="mx-auto max-w-lg px-6 py-24">
      <ErrorState message={errorMessage(session.error)} onRetry={onTrouble} />
    </div>
  );
}
