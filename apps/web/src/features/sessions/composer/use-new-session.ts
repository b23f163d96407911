"use client";

import type { RepositoryView } from "@opencode/core/modules/repositories/contract.ts";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { useAttachments } from "../images/use-attachments.ts";
import { checkPrompt } from "./check-prompt.ts";
import type { Attempt } from "./compare-select.tsx";
import { useAgentChoice } from "./use-agent-choice.ts";
import { readDraft, useDraft } from "./use-draft.ts";
import { useStarting } from "./use-starting.ts";
import { useWhenLoaded } from "./use-when-loaded.ts";

const isReady = ({ state }: RepositoryView) => state === "ready";
const sampleOf = (all: readonly RepositoryView[]) => all.find((each) => isReady(each) && each.kind === "sample");

/** The demo model plays on the sample repository only, so that one comes first. */
function preferredOf(all: readonly RepositoryView[], demo: boolean): RepositoryView | undefined {
  return (demo ? sampleOf(all) : undefined) ?? all.find(isReady) ?? all[0];
}

/** A task that is being written: its text, repository and model, and the way to start it. */
export function useNewSession() {
  const trpc = useTRPC();
  const { workspace } = useWorkspace();
  const draftKey = `new:${workspace.slug}`;
  const [draft, setDraft] = useDraft(draftKey);
  const [chosenRepository, setRepository] = useState<string | null>(null);
  const [chosenModel, setModel] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const repositories = useQuery(trpc.repositories.list.queryOptions(undefined, { refetchInterval: 10_000 }));
  const models = useQuery(trpc.providers.models.queryOptions(undefined, { staleTime: 60_000 }));
  const [attempts, setAttempts] = useState<readonly Attempt[]>([]);
  const { begin, starting } = useStarting();
  const isLoaded = !repositories.isPending && !models.isPending;

  const all = repositories.data ?? [];
  const model = chosenModel ?? models.data?.defaultModel ?? "";
  const demo = model === "demo" || model.startsWith("demo/");
  const repositoryId = chosenRepository ?? preferredOf(all, demo)?.id ?? "";

  const agent = useAgentChoice(repositoryId, null);
  const attachments = useAttachments(draftKey, attempts.length > 0 ? attempts.map((attempt) => attempt.model) : [model]);

  const write = (text: string) => {
    setError(null);
    setDraft(text);
  };
  const start = async () => {
    if (starting) return;
    if (!isLoaded) return loading.wait();
    // What was pasted right before belongs to it.
    const images = await attachments.whenReady();
    const prompt = readDraft(draftKey);
    if (images === null) return;
    const problem = checkPrompt(prompt) ?? attachments.unseen ?? (repositoryId === "" ? "Choose the repository to work on." : null);
    if (problem) return setError(problem);
    try {
      await begin({ repositoryId, prompt, images, agent: agent.agent, model, attempts: attempts.map((attempt) => attempt.model) });
      setDraft("");
      attachments.clear();
    } catch (failure) {
      setError(errorMessage(failure));
    }
  };
  const loading = useWhenLoaded(isLoaded, () => void start());
  const pick = (prompt: string) => {
    write(prompt);
    const sample = sampleOf(all);
    if (demo && sample) setRepository(sample.id);
  };

  return {
    draft,
    write,
    pick,
    start,
    starting: starting || loading.isAwaited,
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
