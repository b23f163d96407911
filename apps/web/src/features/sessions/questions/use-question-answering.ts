"use client";

import { useMutation } from "@tanstack/react-query";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";

/** Answering the agent's questions; busy until the log says that they were answered. */
export function useQuestionAnswering(sessionId: string, requestId: string, onAnswered: () => void) {
  const trpc = useTRPC();
  const { mutate, isPending, isSuccess, error } = useMutation(
    trpc.sessions.answerQuestion.mutationOptions({ onSuccess: onAnswered, onError: onAnswered }),
  );
  return {
    answer: (answers: string[][]) => mutate({ sessionId, requestId, answers }),
    dismiss: () => mutate({ sessionId, requestId, answers: null }),
    busy: isPending || isSuccess,
    error: error ? errorMessage(error) : null,
  };
}
