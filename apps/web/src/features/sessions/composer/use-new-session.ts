"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { useAttachments } from "../images/use-attachments.ts";
import { checkPrompt } from "./check-prompt.ts";
import type { Attempt } from "./compare-select.tsx";
import { useAgentChoice } from "./use-agent-choice.ts";
import { useDraft } from "./use-draft.ts";
import { useStarting } from "./use-starting.ts";

/** A task that is being written: its text, repository and model, and the way to start it. */
export function useNewSession() {
  const trpc = useTRPC();
  const { workspace } = useWorkspace();
  const [draft, setDraft] = useDraft(`new:${workspace.slug}`);
  const [chosenRepository, setRepository] = useState<string | null>(null);
  const [chosenModel, setModel] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const repositories = useQuery(trpc.repositories.list.queryOptions(undefined, { refetchInterval: 10_000 }));
  const models = useQuery(trpc.providers.models.queryOptions(undefined, { staleTime: 60_000 }));
  const [attempts, setAttempts] = useState<readonly Attempt[]>([]);
  const { begin, starting } = useStarting();

  const all = repositories.data ?? [];
  const model = chosenModel ?? models.data?.defaultModel ?? "";
  const demo = model === "demo" || model.startsWith("demo/");
  // The demo model plays on the sample repository only, so that one comes first.
  const ready = all.filter(({ state }) => state === "ready");
  const preferred = (demo ? ready.find(({ kind }) => kind === "sample") : undefined) ?? ready[0] ?? all[0];
  const repositoryId = chosenRepository ?? preferred?.id ?? "";

  const agent = useAgentChoice(repositoryId, null);
  const attachments = useAttachments(attempts.length > 0 ? attempts.map((attempt) => attempt.model) : [model]);

  const write = (text: string) => {
    setError(null);
    setDraft(text);
  };
  const start = async () => {
    const problem = checkPrompt(draft) ?? attachments.unseen ?? (repositoryId === "" ? "Choose the repository to work on." : null);
    if (problem) return setError(problem);
    try {
      await begin({
        repositoryId,
        prompt: draft,
        images: attachments.images,
        agent: agent.agent,
        model,
        attempts: attempts.map((attempt) => attempt.model),
      });
      setDraft("");
      attachments.set([]);
    } catch (failure) {
      setError(errorMessage(failure));
    }
  };
  const pick = (prompt: string) => {
    write(prompt);
    const sample = ready.find(({ kind }) => kind === "sample");
    if (demo && sample) setRepository(sample.id);
  };

  return {
    draft,
    write,
    pick,
    start,
    starting,
    error,
    repositories: all,
    repositoriesLoaded: repositories.isSuccess,
    repositoryId,
    setRepository,
    model,
    setModel,
    agent,
    attachments,
    attempts,
    setAttempts,
    /** null until the models are known: which tasks fit depends on them */
    suggestions: models.isPending ? null : demo ? ("guided" as const) : ("general" as const),
  };
}
