"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { keepDraft } from "../composer/use-draft.ts";

/** Makes a fork and goes there; the prompt that it was made from waits in its composer. */
export function useFork() {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { base } = useWorkspace();
  const { mutate } = useMutation(
    trpc.sessionWork.fork.mutationOptions({
      onSuccess: async ({ sessionId, prompt }) => {
        if (prompt) keepDraft(sessionId, prompt);
        await queryClient.invalidateQueries(trpc.sessions.list.pathFilter());
        toast.success("A session of its own, from here on");
        router.push(`${base}/sessions/${sessionId}`);
      },
      onError: (error) => toast.error(errorMessage(error)),
    }),
  );
  return mutate;
}
