"use client";

import type { SteerView } from "@opencode/core/modules/sessions/contract.ts";
import { useMutation } from "@tanstack/react-query";
import { X, Zap } from "lucide-react";
import { toast } from "sonner";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Badge } from "../../../ui/badge.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { usePromptBack } from "./use-prompt-back.ts";

interface PendingSteersProps {
  sessionId: string;
  steers: readonly SteerView[];
  mayWrite: boolean;
}

/** Messages to the running turn that it has not taken yet; until then they can be taken back into the composer. */
export function PendingSteers({ sessionId, steers, mayWrite }: PendingSteersProps) {
  const trpc = useTRPC();
  const promptBack = usePromptBack();
  const withdraw = useMutation(
    trpc.sessions.withdrawSteer.mutationOptions({
      onSuccess: ({ text, pictures = [] }) => void promptBack({ from: sessionId, to: sessionId, text, pictures }),
      onError: (error) => toast.error(errorMessage(error)),
    }),
  );
  const pending = steers.filter(({ state }) => state === "pending");
  if (pending.length === 0) return null;
  return (
    <ul aria-label="Messages that the agent hears next" data-testid="pending-steers" className="space-y-1">
      {pending.map(({ id, text, pictures = [] }) => (
        <li key={id} className="flex items-center gap-2 rounded-lg border border-line border-dashed bg-subtle px-3 py-1.5 text-sm">
          <Zap aria-hidden className="size-3.5 shrink-0 text-accent" />
          <span className="min-w-0 flex-1 truncate">{text}</span>
          {pictures.length > 0 ? <Badge>{pictures.length === 1 ? "1 picture" : `${pictures.length} pictures`}</Badge> : null}
          <span className="shrink-0 text-faint text-xs">before its next step</span>
          {mayWrite ? (
            <IconButton
              size="icon-sm"
              label="Take back"
              disabled={withdraw.isPending}
              onClick={() => withdraw.mutate({ sessionId, steerId: id })}
            >
              <X aria-hidden />
            </IconButton>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
