"use client";

import type { RevertFile } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useMutation, useQuery } from "@tanstack/react-query";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { Callout } from "../../../ui/callout.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { DiffStat } from "../../../ui/diff-stat.tsx";
import { SkeletonRows } from "../../../ui/skeleton.tsx";
import { usePromptBack } from "../composer/use-prompt-back.ts";
import { promptOf } from "./prompt-of.ts";

interface RevertDialogProps {
  sessionId: string;
  /** the message to go back to before; null: closed */
  messageId: string | null;
  view: SessionView;
  onClose: () => void;
}

/** What going back would do to the files, before it is done. */
export function RevertDialog({ sessionId, messageId, view, onClose }: RevertDialogProps) {
  return (
    <Dialog
      open={messageId !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Go back to before this message?"
      description="The files that these steps changed are put back as they were. You can take it back until the next prompt."
      className="max-w-xl"
    >
      {messageId === null ? null : <Preview sessionId={sessionId} messageId={messageId} view={view} onClose={onClose} />}
    </Dialog>
  );
}

function Preview({ sessionId, messageId, view, onClose }: RevertDialogProps & { messageId: string }) {
  const trpc = useTRPC();
  const promptBack = usePromptBack();
  const preview = useQuery(
    trpc.sessionWork.previewRevert.queryOptions({ sessionId, messageId }, { staleTime: 0, gcTime: 0, retry: false }),
  );
  const revert = useMutation(
    trpc.sessionWork.revert.mutationOptions({
      onSuccess: () => {
        const isPrompt = view.messages.some((message) => message.id === messageId && message.role === "user");
        if (isPrompt) void promptBack({ from: sessionId, to: sessionId, ...promptOf(view.parts, messageId) });
        onClose();
      },
    }),
  );
  const error = preview.error ?? revert.error;
  const byHand = preview.data?.files.filter((file) => file.changedByHand).length ?? 0;
  return (
    <div className="space-y-3" data-testid="revert-preview">
      {preview.isPending ? <SkeletonRows rows={3} label="Looking at what would change" /> : null}
      {preview.data ? (
        <>
          <p className="text-muted text-sm">
            {preview.data.messages === 1 ? "1 message is hidden." : `${preview.data.messages} messages are hidden.`}{" "}
            {preview.data.files.length === 0 ? "No file changes." : null}
          </p>
          {byHand > 0 ? (
            <Callout tone="warning">
              {byHand === 1 ? "One file was" : `${byHand} files were`} also changed after the agent's last step, by hand or in a terminal.
              Those changes go too.
            </Callout>
          ) : null}
          {preview.data.files.length > 0 ? (
            <ul className="max-h-[40vh] overflow-y-auto rounded-lg border border-line">
              {preview.data.files.map((file) => (
                <Row key={file.path} file={file} />
              ))}
            </ul>
          ) : null}
        </>
      ) : null}
      {error ? <Callout tone="danger">{errorMessage(error)}</Callout> : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="primary"
          busy={revert.isPending}
          disabled={!preview.data}
          onClick={() => revert.mutate({ sessionId, messageId })}
          data-testid="revert-confirm"
        >
          Go back
        </Button>
      </div>
    </div>
  );
}

const effects = { "comes-back": "comes back", changes: null, "goes-away": "is removed" } as const;

function Row({ file }: { file: RevertFile }) {
  const effect = effects[file.effect];
  return (
    <li className="flex items-center gap-2 border-line px-3 py-1.5 not-first:border-t">
      <span className="min-w-0 flex-1 truncate font-mono text-xs">{file.path}</span>
      {file.changedByHand ? <Badge tone="warning">changed by hand</Badge> : null}
      {file.steps > 1 ? <Badge>{file.steps} steps</Badge> : null}
      {effect ? <Badge>{effect}</Badge> : null}
      {file.binary ? (
        <span className="text-faint text-xs">binary</span>
      ) : file.additions + file.deletions > 0 ? (
        <DiffStat additions={file.additions} deletions={file.deletions} />
      ) : null}
    </li>
  );
}
