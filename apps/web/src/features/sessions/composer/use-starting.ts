"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import type { PreparedImage } from "../images/prepare-image.ts";

interface NewTask {
  readonly repositoryId: string;
  readonly prompt: string;
  readonly images: readonly PreparedImage[];
  readonly agent: string;
  /** the workspace's default when empty */
  readonly model: string;
  /** models of the attempts to compare; empty: one session */
  readonly attempts: readonly string[];
}

/** What of the pictures is sent; nothing where there are none. */
export function sentImages(images: readonly PreparedImage[]): { images?: { name: string; data: string }[] } {
  return images.length === 0 ? {} : { images: images.map(({ name, data }) => ({ name, data })) };
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

  const begin = async ({ repositoryId, prompt, images, agent, model, attempts }: NewTask) => {
    const task = { repositoryId, prompt, ...sentImages(images) };
    const path =
      attempts.length > 0
        ? `compare/${(await compare.mutateAsync({ ...task, attempts: attempts.map((each) => ({ agent, ...named(each) })) })).groupId}`
        : `sessions/${(await create.mutateAsync({ ...task, agent, ...named(model) })).sessionId}`;
    queryClient.invalidateQueries(trpc.sessions.list.pathFilter());
    router.push(`${base}/${path}`);
  };
  return { begin, starting: create.isPending || create.isSuccess || compare.isPending || compare.isSuccess };
}
