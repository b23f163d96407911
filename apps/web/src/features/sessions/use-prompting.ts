"use client";

import type { PromptMode } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { checkPrompt } from "./composer/check-prompt.ts";
import { useDraft } from "./composer/use-draft.ts";
import { sentImages } from "./composer/use-starting.ts";
import type { PreparedImage } from "./images/prepare-image.ts";
import type { Attachments } from "./images/use-attachments.ts";
import { requestId } from "./request-id.ts";

interface Sent {
  readonly key: string;
  readonly text: string;
  readonly images: readonly PreparedImage[];
  /** known once the server has acknowledged it */
  readonly messageId: string | null;
}

/** Writing to the agent: the draft, what was sent and is not in the log yet, and why something could not be sent. */
export function usePrompting(sessionId: string, view: SessionView, attachments: Attachments) {
  const trpc = useTRPC();
  const [draft, setDraft] = useDraft(sessionId);
  const [sent, setSent] = useState<readonly Sent[]>([]);
  const [error, setError] = useState<string | null>(null);
  const submit = useMutation(trpc.sessions.submitPrompt.mutationOptions());
  const steer = useMutation(trpc.sessions.steer.mutationOptions());
  const compact = useMutation(trpc.sessions.compact.mutationOptions());

  const changeDraft = (text: string) => {
    setError(null);
    setDraft(text);
  };

  const shorten = async () => {
    setDraft("");
    setError(null);
    try {
      await compact.mutateAsync({ sessionId });
    } catch (failure) {
      setDraft("/compact");
      setError(errorMessage(failure));
    }
  };

  const send = async (model: string, agent: string, mode: PromptMode = "queue", text = draft) => {
    if (text.trim() === "") return;
    const problem = checkPrompt(text) ?? attachments.unseen;
    if (problem) {
      setError(problem);
      return;
    }
    if (text.trim() === "/compact") return shorten();
    const key = requestId();
    const { images } = attachments;
    setDraft("");
    setError(null);
    attachments.set([]);
    if (mode === "queue") setSent((before) => [...before, { key, text, images, messageId: null }]);
    try {
      if (mode === "steer") {
        await steer.mutateAsync({ sessionId, prompt: text, clientRequestId: key });
        return;
      }
      const { messageId } = await submit.mutateAsync({
        sessionId,
        prompt: text,
        ...sentImages(images),
        model,
        agent,
        clientRequestId: key,
      });
      setSent((before) => before.map((entry) => (entry.key === key ? { ...entry, messageId } : entry)));
    } catch (failure) {
      setSent((before) => before.filter((entry) => entry.key !== key));
      setDraft(text);
      attachments.set(images);
      setError(errorMessage(failure));
    }
  };

  const sending = sent.filter(({ messageId }) => messageId === null || !view.messages.some((message) => message.id === messageId));
  const history = useMemo(() => promptsOf(view), [view]);
  return { draft, changeDraft, send, sending, error, history };
}

/** What was asked for, oldest first, each once. */
function promptsOf({ messages, parts }: SessionView): string[] {
  const prompts = new Set<string>(messages.filter(({ role }) => role === "user").map(({ id }) => id));
  return [...new Set(parts.flatMap((part) => (part.type === "text" && prompts.has(part.messageId) ? [part.text] : [])))];
}
