"use client";

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { DefinitionForm } from "./definition-form.tsx";
import { EffectivePermissions } from "./effective-permissions.tsx";
import { ProblemList } from "./problem-list.tsx";

interface AgentEditorProps {
  name: string;
  definition: string;
  isNew: boolean;
  onClose: () => void;
}

/** Writes an agent of the workspace: its text, what is wrong with it, and what such an agent may do. */
export function AgentEditor({ name: given, definition: text, isNew, onClose }: AgentEditorProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState(given);
  const [definition, setDefinition] = useState(text);
  const shown = useDeferredValue({ name: name.trim() === "" ? "new-agent" : name.trim(), definition });
  const preview = useQuery(trpc.agents.preview.queryOptions(shown, { placeholderData: keepPreviousData, staleTime: 5_000 }));
  const save = useMutation(
    trpc.agents.save.mutationOptions({
      onSuccess: () => {
        queryClient.invalidateQueries(trpc.agents.pathFilter());
        onClose();
      },
    }),
  );
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={isNew ? "New agent" : `Agent ${given}`}
      description="Front-matter, then the prompt: the same text as in .opencode/agent of a repository."
      className="max-w-4xl"
    >
      <div className="grid gap-5 lg:grid-cols-2">
        <DefinitionForm
          name={name}
          onName={isNew ? setName : null}
          definition={definition}
          onDefinition={setDefinition}
          error={save.error ? errorMessage(save.error) : null}
          busy={save.isPending}
          onSave={() => save.mutate({ name: name.trim(), definition })}
          onClose={onClose}
        />
        <div className="min-w-0 space-y-3" data-testid="agent-preview">
          <ProblemList problems={preview.data?.problems ?? []} />
          <EffectivePermissions permissions={preview.data?.permissions ?? []} />
        </div>
      </div>
    </Dialog>
  );
}
