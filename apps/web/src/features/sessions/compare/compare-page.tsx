"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { Archive } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Button } from "../../../ui/button.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { PageHeader } from "../../../ui/page-header.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { ImagesOfSession, SessionImages } from "../images/session-images.tsx";
import { PromptBlock } from "../timeline/prompt-block.tsx";
import { AttemptDiff } from "./attempt-diff.tsx";
import { CompareColumn } from "./compare-column.tsx";

const refreshMs = 2_000;

/** The same task in several sessions, side by side, to choose one. */
export function ComparePage({ groupId }: { groupId: string }) {
  const trpc = useTRPC();
  const { may } = useWorkspace();
  const [shown, setShown] = useState<string | null>(null);
  const group = useQuery(
    trpc.compare.get.queryOptions(
      { groupId },
      {
        refetchInterval: ({ state }) =>
          state.data?.entries.some((entry) => entry.state !== "idle" && entry.state !== "failed") ? refreshMs : false,
      },
    ),
  );
  const choose = useMutation(
    trpc.compare.choose.mutationOptions({ onSuccess: () => group.refetch(), onError: (error) => toast.error(errorMessage(error)) }),
  );
  if (group.error && !group.data) return <ErrorState message={errorMessage(group.error)} onRetry={() => group.refetch()} />;
  if (!group.data) return <Skeleton className="m-8 h-96" />;
  const { entries, chosenSessionId, chosenByName, prompt, pictures, title, repositoryName } = group.data;
  const open = entries.filter(({ archived, sessionId }) => !archived && sessionId !== chosenSessionId);
  const mayWrite = may("sessions.write");
  return (
    <div className="mx-auto w-full max-w-7xl space-y-5 px-4 py-6 sm:px-8" data-testid="compare-page">
      <PageHeader
        title={title}
        description={`${entries.length} attempts on ${repositoryName}${chosenByName ? ` · chosen by ${chosenByName}` : ""}`}
        actions={
          chosenSessionId && open.length > 0 && mayWrite ? (
            <Button busy={choose.isPending} onClick={() => choose.mutate({ groupId, sessionId: chosenSessionId, archiveOthers: true })}>
              <Archive aria-hidden /> Archive the others
            </Button>
          ) : null
        }
      />
      <PromptBlock text={prompt} note={null} />
      {pictures.length > 0 ? (
        <ImagesOfSession value={entries[0]?.sessionId ?? null}>
          <div className="flex flex-wrap justify-end gap-2" data-testid="compare-pictures">
            {pictures.map(({ partId, ...picture }) => (
              <SessionImages key={partId} partId={partId} images={[picture]} />
            ))}
          </div>
        </ImagesOfSession>
      ) : null}
      <div className="-mx-4 flex snap-x gap-4 overflow-x-auto px-4 pb-2 sm:mx-0 sm:px-0">
        {entries.map((entry, index) => (
          <CompareColumn
            key={entry.sessionId}
            entry={entry}
            number={index + 1}
            chosen={entry.sessionId === chosenSessionId}
            shown={entry.sessionId === shown}
            busy={choose.isPending}
            onShow={() => setShown(entry.sessionId === shown ? null : entry.sessionId)}
            onChoose={
              mayWrite
                ? () =>
                    choose.mutate({
                      groupId,
                      sessionId: entry.sessionId === chosenSessionId ? null : entry.sessionId,
                      archiveOthers: false,
                    })
                : null
            }
          />
        ))}
      </div>
      {shown ? <AttemptDiff key={shown} sessionId={shown} number={entries.findIndex(({ sessionId }) => sessionId === shown) + 1} /> : null}
    </div>
  );
}
