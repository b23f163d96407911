"use client";

import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Download, FileDiff as FileDiffIcon, GitBranchPlus } from "lucide-react";
import { useState } from "react";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Button } from "../../../ui/button.tsx";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { SkeletonRows } from "../../../ui/skeleton.tsx";
import { useOnNews } from "../../../ui/use-on-news.ts";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { useSessionActions } from "../session-actions.tsx";
import { ChangedFiles } from "./changed-files.tsx";
import { PushDialog } from "./push-dialog.tsx";
import { PushNote } from "./push-note.tsx";

interface ChangesPanelProps {
  sessionId: string;
  view: SessionView;
  /** the file to bring into sight; its `at` changes with each wish */
  focus: { readonly path: string; readonly at: number } | null;
}

/** What the session has changed in the repository, and the ways to take it. */
export function ChangesPanel({ sessionId, view, focus }: ChangesPanelProps) {
  const trpc = useTRPC();
  const { workspace } = useWorkspace();
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
  const urlOf = (what: "patch" | "bundle") => `/api/v1/sessions/${sessionId}/${what}?workspace=${encodeURIComponent(workspace.slug)}`;
  const [patchUrl, bundleUrl] = [urlOf("patch"), urlOf("bundle")];
  return (
    <>
      {view.push ? <PushNote push={view.push} /> : null}
      <PushDialog sessionId={sessionId} view={view} open={pushing} onOpenChange={setPushing} />
      <ChangedFiles
        diff={diff.data}
        focus={focus}
        actions={
          <>
            <CopyButton label="Copy patch" text={() => readPatch(patchUrl)} />
            <Button asChild size="sm">
              <a href={patchUrl} download data-testid="download-patch">
                <Download aria-hidden />
                Patch
              </a>
            </Button>
            {mayWrite ? (
              <Button asChild size="sm">
                <a href={bundleUrl} download title="One commit for git fetch, also of what no patch holds" data-testid="download-bundle">
                  <Download aria-hidden />
                  Bundle
                </a>
              </Button>
            ) : null}
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

async function readPatch(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the patch answered ${response.status}`);
  return response.text();
}

/** Changes whenever the diff may have changed. */
function diffVersion(view: SessionView): string {
  const patch = view.parts.findLast((part) => part.type === "patch");
  const { filesChanged, additions, deletions } = view.diff;
  return `${filesChanged}/${additions}/${deletions}/${patch?.id ?? ""}`;
}
