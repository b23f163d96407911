"use client";

import type { SessionState } from "@opencode/core/modules/sessions/contract.ts";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTRPC } from "../../trpc/trpc-context.ts";

/** Lists of sessions are asked for anew when the one on the page changes its state. */
export function useFreshList(state: SessionState): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const shown = useRef(state);
  useEffect(() => {
    if (shown.current === state) return;
    shown.current = state;
    queryClient.invalidateQueries(trpc.sessions.list.pathFilter());
  }, [state, queryClient, trpc]);
}
