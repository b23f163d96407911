"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { DefinitionForm } from "./definition-form.tsx";

/** A definition that is being written: an agent's, or a command's. */
export interface Definition {
  readonly name: string;
  readonly definition: string;
}

interface DefinitionEditorProps extends Definition {
  readonly isNew: boolean;
  readonly title: string;
  readonly description: string;
  readonly className: string;
  readonly saving: {
    readonly error: Parameters<typeof errorMessage>[0] | null;
    readonly isPending: boolean;
    readonly mutate: (definition: Definition, options: { onSuccess: () => void }) => void;
  };
  /** what stands beside the text as it is now */
  readonly aside?: (definition: Definition) => ReactNode;
  readonly onClose: () => void;
}

/** Writes a definition of the workspace: its name and its text. */
export function DefinitionEditor(props: DefinitionEditorProps) {
  const { isNew, title, description, className, saving, aside, onClose } = props;
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState(props.name);
  const [definition, setDefinition] = useState(props.definition);
  const onSuccess = () => {
    queryClient.invalidateQueries(trpc.agents.pathFilter());
    onClose();
  };
  const form = (
    <DefinitionForm
      name={name}
      onName={isNew ? setName : null}
      definition={definition}
      onDefinition={setDefinition}
      error={saving.error ? errorMessage(saving.error) : null}
      busy={saving.isPending}
      onSave={() => saving.mutate({ name: name.trim(), definition }, { onSuccess })}
      onClose={onClose}
    />
  );
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} title={title} description={description} className={className}>
      {aside ? (
        <div className="grid gap-5 lg:grid-cols-2">
          {form}
          {aside({ name, definition })}
        </div>
      ) : (
        form
      )}
    </Dialog>
  );
}
