"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useTRPC } from "../../../trpc/trpc-context.ts";

const busyMs = 3_000;
const calmMs = 12_000;

/** The workspace's sessions, newest first; asked again every few seconds, sooner while one of them works. */
export function useSessions(repositoryId: string | null) {
  const trpc = useTRPC();
  return useInfiniteQuery(
    trpc.sessions.list.infiniteQueryOptions(repositoryId ? { repositoryId } : {}, {
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      refetchInterval: (query) => {
        const rows = query.state.data?.pages.flatMap((page) => page.items) ?? [];
        return rows.some(({ state }) => state === "running" || state === "queued") ? busyMs : calmMs;
      },
    }),
  );
}
