"use client";

import type { AgentView } from "@opencode/core/modules/sessions/agents/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Badge } from "../../../ui/badge.tsx";
import { DefinitionRow } from "./definition-row.tsx";

interface AgentRowProps {
  agent: AgentView;
  custom: { readonly id: string } | undefined;
  mayWrite: boolean;
  onEdit: () => void;
}

const modes = { primary: "for sessions", subagent: "sub-agent", all: "for sessions and as sub-agent" } as const;

/** An agent in a list. */
export function AgentRow({ agent, custom, mayWrite, onEdit }: AgentRowProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.agents.remove.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.agents.pathFilter()),
      onError: (error) => toast.error(errorMessage(error)),
    }),
  );
  const facts = [modes[agent.mode], agent.model, agent.steps === null ? null : `${agent.steps} steps at most`].filter(
    (fact) => fact !== null,
  );
  return (
    <DefinitionRow
      name={agent.name}
      description={agent.description}
      source={agent.source}
      path={agent.path}
      note={facts.join(" · ")}
      badge={agent.mayEdit ? null : <Badge tone="success">reads only</Badge>}
      busy={remove.isPending}
      onEdit={custom && mayWrite ? onEdit : null}
      onRemove={custom && mayWrite ? () => remove.mutate({ agentId: custom.id }) : null}
    />
  );
}
