"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { DefinitionForm } from "./definition-form.tsx";

interface CommandEditorProps {
  name: string;
  definition: string;
  isNew: boolean;
  onClose: () => void;
}

/** Writes a command of the workspace. */
export function CommandEditor({ name: given, definition: text, isNew, onClose }: CommandEditorProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState(given);
  const [definition, setDefinition] = useState(text);
  const save = useMutation(
    trpc.agents.saveCommand.mutationOptions({
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
      title={isNew ? "New command" : `Command /${given}`}
      description="Front-matter, then what is sent. $ARGUMENTS, $1, $2 … stand for what is typed after its name."
      className="max-w-2xl"
    >
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
    </Dialog>
  );
}
