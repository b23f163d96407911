"use client";

import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { FileDiff as FileDiffIcon, GitBranchPlus } from "lucide-react";
import { useState } from "react";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { SkeletonRows } from "../../../ui/skeleton.tsx";
import { useOnNews } from "../../../ui/use-on-news.ts";
import { useSessionActions } from "../session-actions.tsx";
import { ChangedFiles } from "./changed-files.tsx";
import { PushDialog } from "./push-dialog.tsx";
import { PushNote } from "./push-note.tsx";
import { TakeAwayMenu } from "./take-away-menu.tsx";

interface ChangesPanelProps {
  sessionId: string;
  view: SessionView;
  /** the file to bring into sight; its `at` changes with each wish */
  focus: { readonly path: string; readonly at: number } | null;
}

/** What the session has changed in the repository, and the ways to take it. */
export function ChangesPanel({ sessionId, view, focus }: ChangesPanelProps) {
  const trpc = useTRPC();
  const { mayWrite, idle } = useSessionActions();
  const [pushing, setPushing] = useState(false);
  const diff = useQuery(trpc.sessions.diff.queryOptions({ sessionId }, { placeholderData: keepPreviousData, staleTime: 0 }));
  const version = diffVersion(view);
  const { refetch } = diff;
  useOnNews(version, refetch);

  if (diff.isPending) {
    return (
      <div className="p-4">
        <SkeletonRows rows={3} label="Loading the changes" />
      </div>
    );
  }
  if (diff.error) {
    return (
      <div className="p-4">
        <ErrorState message={errorMessage(diff.error)} onRetry={() => refetch()} />
      </div>
    );
  }
  if (!diff.data || diff.data.files.length + (diff.data.omitted?.length ?? 0) === 0) {
    return (
      <div className="p-4">
        <EmptyState icon={FileDiffIcon} title={view.diff.filesChanged > 0 ? "The changes are on their way" : "No changes yet"}>
          {view.diff.filesChanged > 0
            ? "Files were changed, and the diff is being made. It comes by itself."
            : "Files that the agent changes show up here, with a patch to take away."}
        </EmptyState>
      </div>
    );
  }
  return (
    <>
      {view.push ? <PushNote push={view.push} /> : null}
      <PushDialog sessionId={sessionId} view={view} open={pushing} onOpenChange={setPushing} />
      <ChangedFiles
        diff={diff.data}
        focus={focus}
        actions={
          <>
            <TakeAwayMenu sessionId={sessionId} withBundle={mayWrite} />
            {mayWrite && idle ? (
              <Button
                size="sm"
                variant="primary"
                busy={view.push?.state === "pushing"}
                onClick={() => setPushing(true)}
                data-testid="push-branch"
              >
                <GitBranchPlus aria-hidden />
                Push branch
              </Button>
            ) : null}
          </>
        }
      />
    </>
  );
}

/** Changes whenever the diff may have changed. */
function diffVersion(view: SessionView): string {
  const patch = view.parts.findLast((part) => part.type === "patch");
  const { filesChanged, additions, deletions } = view.diff;
  return `${filesChanged}/${additions}/${deletions}/${patch?.id ?? ""}`;
}
