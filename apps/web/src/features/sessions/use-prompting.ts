"use client";

import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { checkPrompt } from "./composer/check-prompt.ts";
import { useDraft } from "./composer/use-draft.ts";
import { requestId } from "./request-id.ts";

interface Sent {
  readonly key: string;
  readonly text: string;
  /** known once the server has acknowledged it */
  readonly messageId: string | null;
}

/** Writing to the agent: the draft, what was sent and is not in the log yet, and why something could not be sent. */
export function usePrompting(sessionId: string, view: SessionView) {
  const trpc = useTRPC();
  const [draft, setDraft] = useDraft(sessionId);
  const [sent, setSent] = useState<readonly Sent[]>([]);
  const [error, setError] = useState<string | null>(null);
  const submit = useMutation(trpc.sessions.submitPrompt.mutationOptions());

  const changeDraft = (text: string) => {
    setError(null);
    setDraft(text);
  };

  const send = async (model: string, agent: string) => {
    const text = draft;
    if (text.trim() === "") return;
    const problem = checkPrompt(text);
    if (problem) {
      setError(problem);
      return;
    }
    const key = requestId();
    setDraft("");
    setError(null);
    setSent((before) => [...before, { key, text, messageId: null }]);
    try {
      const { messageId } = await submit.mutateAsync({ sessionId, prompt: text, model, agent, clientRequestId: key });
      setSent((before) => before.map((entry) => (entry.key === key ? { ...entry, messageId } : entry)));
    } catch (failure) {
      setSent((before) => before.filter((entry) => entry.key !== key));
      setDraft(text);
      setError(errorMessage(failure));
    }
  };

  const sending = sent.filter(({ messageId }) => messageId === null || !view.messages.some((message) => message.id === messageId));
  return { draft, changeDraft, send, sending, error };
}
