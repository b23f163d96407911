"use client";

import type { SessionRow, SessionState } from "@opencode/core/modules/sessions/contract.ts";
import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTRPC } from "../../trpc/trpc-context.ts";

interface SessionPage {
  readonly items: SessionRow[];
  readonly nextCursor: string | null;
}

/**
 * Lists of sessions show the state of the one on the page as the page does: at once, and then as the server has it.
 */
export function useFreshList(sessionId: string, state: SessionState): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  useEffect(() => {
    const all = trpc.sessions.list.infiniteQueryFilter();
    const isOther = (row: SessionRow) => row.id === sessionId && row.state !== state;
    const lists = queryClient.getQueriesData<InfiniteData<SessionPage>>(all);
    if (!lists.some(([, data]) => data?.pages.some(({ items }) => items.some(isOther)))) return;
    queryClient.setQueriesData<InfiniteData<SessionPage>>(
      all,
      (data) =>
        data && {
          ...data,
          pages: data.pages.map((page) => ({ ...page, items: page.items.map((row) => (isOther(row) ? { ...row, state } : row)) })),
        },
    );
    queryClient.invalidateQueries(all);
  }, [sessionId, state, queryClient, trpc]);
}
