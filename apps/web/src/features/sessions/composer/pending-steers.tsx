"use client";

import type { SteerView } from "@opencode/core/modules/sessions/contract.ts";
import { useMutation } from "@tanstack/react-query";
import { X, Zap } from "lucide-react";
import { toast } from "sonner";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { IconButton } from "../../../ui/icon-button.tsx";

interface PendingSteersProps {
  sessionId: string;
  steers: readonly SteerView[];
  mayWrite: boolean;
}

/** Messages to the running turn that it has not taken yet; until then they can be withdrawn. */
export function PendingSteers({ sessionId, steers, mayWrite }: PendingSteersProps) {
  const trpc = useTRPC();
  const withdraw = useMutation(trpc.sessions.withdrawSteer.mutationOptions({ onError: (error) => toast.error(errorMessage(error)) }));
  const pending = steers.filter(({ state }) => state === "pending");
  if (pending.length === 0) return null;
  return (
    <ul aria-label="Messages that the agent hears next" data-testid="pending-steers" className="space-y-1">
      {pending.map(({ id, text }) => (
        <li key={id} className="flex items-center gap-2 rounded-lg border border-line border-dashed bg-subtle px-3 py-1.5 text-sm">
          <Zap aria-hidden className="size-3.5 shrink-0 text-accent" />
          <span className="min-w-0 flex-1 truncate">{text}</span>
          <span className="shrink-0 text-faint text-xs">before its next step</span>
          {mayWrite ? (
            <IconButton
              size="icon-sm"
              label="Withdraw"
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
