"use client";

import type { AgentView } from "@opencode/core/modules/sessions/agents/contract.ts";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../../../trpc/trpc-context.ts";

export interface AgentChoice {
  readonly agent: string;
  /** those that a session can be given to */
  readonly agents: readonly AgentView[];
  readonly setAgent: (name: string) => void;
  /** the one after it, round and round */
  readonly next: () => void;
}

/** Which agent works; `session` is the session's own; null: the repository's default. */
export function useAgentChoice(repositoryId: string, session: string | null): AgentChoice {
  const trpc = useTRPC();
  const [chosen, setAgent] = useState<string | null>(null);
  const { data } = useQuery(trpc.agents.list.queryOptions({ repositoryId }, { enabled: repositoryId !== "", staleTime: 30_000 }));
  const agents = (data?.agents ?? []).filter(({ mode }) => mode !== "subagent");
  const agent = chosen ?? session ?? data?.defaultAgent ?? "build";
  const next = () => {
    const at = agents.findIndex(({ name }) => name === agent);
    const following = agents[(at + 1) % agents.length];
    if (following) setAgent(following.name);
  };
  return { agent, agents, setAgent, next };
}
