"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";

interface NewTask {
  readonly repositoryId: string;
  readonly prompt: string;
  readonly agent: string;
  /** the workspace's default when empty */
  readonly model: string;
  /** models of the attempts to compare; empty: one session */
  readonly attempts: readonly string[];
}

const named = (model: string) => (model === "" ? {} : { model });

/** Starts a task, as one session or as several to compare, and goes to its page. */
export function useStarting() {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { base } = useWorkspace();
  const create = useMutation(trpc.sessions.create.mutationOptions());
  const compare = useMutation(trpc.compare.create.mutationOptions());

  const begin = async ({ repositoryId, prompt, agent, model, attempts }: NewTask) => {
    const path =
      attempts.length > 0
        ? `compare/${(await compare.mutateAsync({ repositoryId, prompt, attempts: attempts.map((each) => ({ agent, ...named(each) })) })).groupId}`
        : `sessions/${(await create.mutateAsync({ repositoryId, prompt, agent, ...named(model) })).sessionId}`;
    queryClient.invalidateQueries(trpc.sessions.list.pathFilter());
    router.push(`${base}/${path}`);
  };
  return { begin, starting: create.isPending || create.isSuccess || compare.isPending || compare.isSuccess };
}
