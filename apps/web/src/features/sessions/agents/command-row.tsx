"use client";

import type { CommandView } from "@opencode/core/modules/sessions/agents/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { DefinitionRow } from "./definition-row.tsx";

interface CommandRowProps {
  command: CommandView;
  custom: { readonly id: string } | undefined;
  mayWrite: boolean;
  onEdit: () => void;
}

/** A command in a list. */
export function CommandRow({ command, custom, mayWrite, onEdit }: CommandRowProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.agents.removeCommand.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.agents.pathFilter()),
      onError: (error) => toast.error(errorMessage(error)),
    }),
  );
  const facts = [command.agent === null ? null : `agent ${command.agent}`, command.model, command.subtask ? "by a sub-agent" : null];
  return (
    <DefinitionRow
      name={`/${command.name}`}
      description={command.description}
      source={command.source}
      path={command.path}
      note={facts.filter((fact) => fact !== null).join(" · ")}
      badge={null}
      busy={remove.isPending}
      onEdit={custom && mayWrite ? onEdit : null}
      onRemove={custom && mayWrite ? () => remove.mutate({ commandId: custom.id }) : null}
    />
  );
}
