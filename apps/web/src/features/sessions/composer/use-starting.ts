"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useRef } from "react";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { type PreparedImage, sentImages } from "../images/prepare-image.ts";
import { requestId } from "../request-id.ts";

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

const named = (model: string) => (model === "" ? {} : { model });

/** Starts a task, as one session or as several to compare, and goes to its page. */
export function useStarting() {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { base } = useWorkspace();
  const create = useMutation(trpc.sessions.create.mutationOptions());
  const compare = useMutation(trpc.compare.create.mutationOptions());

  const asked = useRef({ what: "", clientRequestId: "" });
  // The same task again, after an answer that was lost, is the same request: it is not started twice.
  const requestOf = ({ images, ...task }: NewTask): string => {
    const what = JSON.stringify([task, images.map(({ key }) => key)]);
    if (asked.current.what !== what) asked.current = { what, clientRequestId: requestId() };
    return asked.current.clientRequestId;
  };

  const begin = async (wanted: NewTask) => {
    const { repositoryId, prompt, images, agent, model, attempts } = wanted;
    const task = { repositoryId, prompt, ...sentImages(images), clientRequestId: requestOf(wanted) };
    const path =
      attempts.length > 0
        ? `compare/${(await compare.mutateAsync({ ...task, attempts: attempts.map((each) => ({ agent, ...named(each) })) })).groupId}`
        : `sessions/${(await create.mutateAsync({ ...task, agent, ...named(model) })).sessionId}`;
    queryClient.invalidateQueries(trpc.sessions.list.pathFilter());
    router.push(`${base}/${path}`);
  };
  return { begin, starting: create.isPending || create.isSuccess || compare.isPending || compare.isSuccess };
}
