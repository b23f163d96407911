"use client";

import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useMutation } from "@tanstack/react-query";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { usePromptBack } from "./composer/use-prompt-back.ts";

/** Stops the agent; what was told to it and not taken yet comes back into the composer. */
export function useStop(sessionId: string, { steers }: Pick<SessionView, "steers">) {
  const trpc = useTRPC();
  const promptBack = usePromptBack();
  const abort = useMutation(trpc.sessions.abort.mutationOptions({ onError: (failure) => toast.error(errorMessage(failure)) }));
  const stop = () => {
    const waiting = steers.filter(({ state }) => state === "pending");
    abort.mutate(
      { sessionId },
      {
        onSuccess: () => {
          if (waiting.length === 0) return;
          const text = waiting.map((steer) => steer.text).join("\n\n");
          void promptBack({ from: sessionId, to: sessionId, text, pictures: waiting.flatMap(({ pictures = [] }) => pictures) });
        },
      },
    );
  };
  return { stop, stopping: abort.isPending };
}
