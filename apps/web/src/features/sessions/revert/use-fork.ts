"use client";

import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { usePromptBack } from "../composer/use-prompt-back.ts";
import { promptOf } from "./prompt-of.ts";

/** Makes a fork and goes there; the prompt that it was made from waits in its composer. */
export function useFork({ parts }: Pick<SessionView, "parts">) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { base } = useWorkspace();
  const promptBack = usePromptBack();
  const { mutate } = useMutation(
    trpc.sessionWork.fork.mutationOptions({
      onSuccess: async ({ sessionId, prompt }, { sessionId: source, messageId }) => {
        if (prompt && messageId) await promptBack({ from: source, to: sessionId, ...promptOf(parts, messageId) });
        await queryClient.invalidateQueries(trpc.sessions.list.pathFilter());
        toast.success("A session of its own, from here on");
        router.push(`${base}/sessions/${sessionId}`);
      },
      onError: (error) => toast.error(errorMessage(error)),
    }),
  );
  return mutate;
}
