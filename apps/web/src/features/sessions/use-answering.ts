"use client";

import type { PermissionReply } from "@opencode/core/modules/tools/contract.ts";
import { useMutation } from "@tanstack/react-query";
import { useCallback } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";

/** Answering the agent's questions. */
export function useAnswering(sessionId: string, requestId: string | null, onAnswered?: () => void) {
  const trpc = useTRPC();
  const { mutate, variables, isPending, isSuccess, error } = useMutation(
    trpc.sessions.answerPermission.mutationOptions({ onSettled: () => onAnswered?.() }),
  );
  const answer = useCallback(
    (reply: PermissionReply) => {
      if (requestId) mutate({ sessionId, requestId, reply });
    },
    [mutate, sessionId, requestId],
  );
  // Busy until the log says that it was answered: then the question is gone.
  const isThis = variables?.requestId === requestId;
  const busy = isThis && (isPending || isSuccess) ? variables.reply : null;
  return { answer, busy, error: isThis && error ? errorMessage(error) : null };
}
