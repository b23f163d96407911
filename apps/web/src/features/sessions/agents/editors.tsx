"use client";

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { type Definition, DefinitionEditor } from "./definition-editor.tsx";
import { EffectivePermissions } from "./effective-permissions.tsx";
import { ProblemList } from "./problem-list.tsx";

interface EditorProps extends Definition {
  isNew: boolean;
  onClose: () => void;
}

/** Writes an agent of the workspace: its text, what is wrong with it, and what such an agent may do. */
export function AgentEditor(props: EditorProps) {
  const saving = useMutation(useTRPC().agents.save.mutationOptions());
  return (
    <DefinitionEditor
      {...props}
      saving={saving}
      title={props.isNew ? "New agent" : `Agent ${props.name}`}
      description="Front-matter, then the prompt: the same text as in .opencode/agent of a repository."
      className="max-w-4xl"
      aside={(definition) => <AgentPreview {...definition} />}
    />
  );
}

function AgentPreview({ name, definition }: Definition) {
  const shown = useDeferredValue({ name: name.trim() === "" ? "new-agent" : name.trim(), definition });
  const { data } = useQuery(useTRPC().agents.preview.queryOptions(shown, { placeholderData: keepPreviousData, staleTime: 5_000 }));
  return (
    <div className="min-w-0 space-y-3" data-testid="agent-preview">
      <ProblemList problems={data?.problems ?? []} />
      <EffectivePermissions permissions={data?.permissions ?? []} />
    </div>
  );
}

/** Writes a command of the workspace. */
export function CommandEditor(props: EditorProps) {
  const saving = useMutation(useTRPC().agents.saveCommand.mutationOptions());
  return (
    <DefinitionEditor
      {...props}
      saving={saving}
      title={props.isNew ? "New command" : `Command /${props.name}`}
      description="Front-matter, then what is sent. $ARGUMENTS, $1, $2 … stand for what is typed after its name."
      className="max-w-2xl"
    />
  );
}
