"use client";

import type { PromptMode } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { checkPrompt } from "./composer/check-prompt.ts";
import { addOutgoing, changeOutgoing, isArrived, type OutgoingPrompt, outbox, removeOutgoing, restoreOutgoing } from "./composer/outbox.ts";
import { keepDraft, mergeDraft, readDraft, useDraft } from "./composer/use-draft.ts";
import { addDraftPictures } from "./images/draft-pictures.ts";
import { sentImages } from "./images/prepare-image.ts";
import type { Attachments } from "./images/use-attachments.ts";
import { requestId } from "./request-id.ts";

const empty: readonly OutgoingPrompt[] = [];

/** Writing to the agent: the draft, what was sent and is not in the log yet, and why something could not be sent. */
export function usePrompting(sessionId: string, view: SessionView, attachments: Attachments) {
  const trpc = useTRPC();
  const [draft, setDraft] = useDraft(sessionId);
  const [error, setError] = useState<string | null>(null);
  const compact = useMutation(trpc.sessions.compact.mutationOptions({ scope: scopeOf(sessionId) }));
  const outgoing = useOutgoing(sessionId, view);

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
      keepDraft(sessionId, mergeDraft("/compact", readDraft(sessionId)));
      setError(errorMessage(failure));
    }
  };

  const { put, resend } = useTransmission(sessionId);
  /** Sends what is in the composer. */
  const send = async (model: string, agent: string, mode: PromptMode = "queue") => {
    // What was pasted right before belongs to it.
    const images = await attachments.whenReady();
    const text = readDraft(sessionId);
    if (images === null || text.trim() === "") return;
    const problem = checkPrompt(text) ?? attachments.unseen;
    if (problem) return setError(problem);
    if (text.trim() === "/compact") return shorten();
    setDraft("");
    setError(null);
    attachments.clear();
    await put({ text, images, mode, model, agent });
  };
  /** Sends a text that stands for a click; the composer stays as it is. */
  const say = (text: string, model: string, agent: string) => put({ text, images: [], mode: "queue", model, agent });

  const discard = ({ key }: OutgoingPrompt) => removeOutgoing(sessionId, (each) => each.key === key);
  const takeBack = (prompt: OutgoingPrompt) => {
    discard(prompt);
    changeDraft(mergeDraft(prompt.text, readDraft(sessionId)));
    addDraftPictures(sessionId, prompt.images);
  };

  const history = useMemo(() => promptsOf(view), [view]);
  return { draft, changeDraft, send, say, outgoing, resend, takeBack, discard, error, history };
}

// One after the other, in the order in which they were written, also when they have waited for the network.
const scopeOf = (sessionId: string) => ({ id: `prompts:${sessionId}` });

/** The way to the server; the outbox tells how each prompt fares. */
function useTransmission(sessionId: string) {
  const trpc = useTRPC();
  const submit = useMutation(trpc.sessions.submitPrompt.mutationOptions({ scope: scopeOf(sessionId) }));
  const steer = useMutation(trpc.sessions.steer.mutationOptions({ scope: scopeOf(sessionId) }));

  const transmit = async ({ key, text, images, mode, model, agent }: OutgoingPrompt) => {
    const prompt = { sessionId, prompt: text, ...sentImages(images), clientRequestId: key };
    try {
      if (mode === "steer") await steer.mutateAsync(prompt);
      else await submit.mutateAsync({ ...prompt, model, agent });
      changeOutgoing(sessionId, key, { state: "acknowledged" });
    } catch (failure) {
      changeOutgoing(sessionId, key, { state: "failed", error: errorMessage(failure) });
    }
  };
  const put = (written: Pick<OutgoingPrompt, "text" | "images" | "mode" | "model" | "agent">) => {
    const prompt = { ...written, key: requestId(), pictures: written.images.length, state: "sending", error: null } as const;
    addOutgoing(sessionId, prompt);
    return transmit(prompt);
  };

  const resend = (prompt: OutgoingPrompt) => {
    changeOutgoing(sessionId, prompt.key, { state: "sending", error: null });
    return transmit(prompt);
  };
  return { put, resend };
}

/** What was sent and is not in the log yet; what has come to be in it is forgotten here. */
function useOutgoing(sessionId: string, view: SessionView): readonly OutgoingPrompt[] {
  const prompts = useSyncExternalStore(
    outbox.subscribe,
    () => outbox.get(sessionId),
    () => empty,
  );
  useEffect(() => void restoreOutgoing(sessionId), [sessionId]);
  useEffect(() => {
    if (prompts.length > 0) removeOutgoing(sessionId, ({ key }) => isArrived(view, key));
  }, [sessionId, prompts, view]);
  // What the server has taken shows in the log of whoever opens the page again.
  useEffect(() => () => removeOutgoing(sessionId, ({ state }) => state === "acknowledged"), [sessionId]);
  return prompts.length === 0 ? prompts : prompts.filter(({ key }) => !isArrived(view, key));
}

/** What was asked for, oldest first, each once. */
function promptsOf({ messages, parts }: SessionView): string[] {
  const prompts = new Set<string>(messages.filter(({ role }) => role === "user").map(({ id }) => id));
  return [...new Set(parts.flatMap((part) => (part.type === "text" && prompts.has(part.messageId) ? [part.text] : [])))];
}
