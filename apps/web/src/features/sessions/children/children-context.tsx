"use client";

import type { ChildView } from "@opencode/core/modules/sessions/children/list-children.ts";
import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useMemo } from "react";
import { useTRPC } from "../../../trpc/trpc-context.ts";

interface Children {
  readonly all: readonly ChildView[];
  /** asks again now: somebody has answered one of them */
  readonly refresh: () => void;
  /** all that a sub-agent does; handed in, for it shows the same parts that a sub-agent's line is one of */
  readonly timelineOf: (sessionId: string) => ReactNode;
}

const ChildrenContext = createContext<Children>({ all: [], refresh: () => undefined, timelineOf: () => null });
const refreshMs = 1_200;

interface ChildrenProviderProps {
  sessionId: string;
  /** whether it has started sub-agents at all */
  hasChildren: boolean;
  active: boolean;
  timelineOf: (sessionId: string) => ReactNode;
  children: ReactNode;
}

/** The sub-agents of a session, asked for again while a turn is active: each has a log of its own, and a stream each would be too many. */
export function ChildrenProvider({ sessionId, hasChildren, active, timelineOf, children }: ChildrenProviderProps) {
  const trpc = useTRPC();
  const { data, refetch } = useQuery(
    trpc.sessions.children.queryOptions({ sessionId }, { enabled: hasChildren, refetchInterval: active ? refreshMs : false }),
  );
  const refresh = useCallback(() => void refetch(), [refetch]);
  const value = useMemo(() => ({ all: data ?? [], refresh, timelineOf }), [data, refresh, timelineOf]);
  return <ChildrenContext value={value}>{children}</ChildrenContext>;
}

export function useChildren(): Children {
  return useContext(ChildrenContext);
}
