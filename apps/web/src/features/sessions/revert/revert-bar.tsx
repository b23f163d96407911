"use client";

import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useMutation } from "@tanstack/react-query";
import { Redo2 } from "lucide-react";
import { toast } from "sonner";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Button } from "../../../ui/button.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { useSessionActions } from "../session-actions.tsx";
import { revertedMessages } from "./reverted-messages.ts";

interface RevertBarProps {
  sessionId: string;
  view: SessionView;
}

/** Says that a part of the conversation is reverted, and takes it back. */
export function RevertBar({ sessionId, view }: RevertBarProps) {
  const trpc = useTRPC();
  const { mayWrite } = useSessionActions();
  const { revert } = view;
  const unrevert = useMutation(trpc.sessionWork.unrevert.mutationOptions({ onError: (error) => toast.error(errorMessage(error)) }));
  if (!revert) return null;
  const isWorking = revert.state === "applying" || revert.state === "restoring";
  const count = view.messages.filter((message) => revertedMessages(view).has(message.id)).length;
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-warning-line bg-warning-soft px-3 py-2 text-sm"
      data-testid="revert-bar"
      data-state={revert.state}
    >
      {isWorking ? <Spinner className="size-4" /> : null}
      <span className="min-w-0 flex-1">
        {revert.state === "applying" ? "Putting the files back…" : null}
        {revert.state === "restoring" ? "Taking the revert back…" : null}
        {revert.state === "applied"
          ? `${count === 1 ? "1 message is" : `${count} messages are`} reverted. Your next prompt goes on from there.`
          : null}
        {revert.state === "failed" ? "Nothing was reverted." : null}
        {revert.error ? ` ${revert.error}` : null}
      </span>
      {mayWrite && !isWorking ? (
        <Button size="sm" busy={unrevert.isPending} onClick={() => unrevert.mutate({ sessionId })} data-testid="unrevert">
          {revert.state === "failed" ? null : <Redo2 aria-hidden />}
          {revert.state === "failed" ? "Dismiss" : "Take back"}
        </Button>
      ) : null}
    </div>
  );
}
