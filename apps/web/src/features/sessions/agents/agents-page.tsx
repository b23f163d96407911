"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Button } from "../../../ui/button.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { Section } from "../../../ui/section.tsx";
import { Select } from "../../../ui/select.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { AgentRow } from "./agent-row.tsx";
import { CommandRow } from "./command-row.tsx";
import { AgentEditor, CommandEditor } from "./editors.tsx";
import { newAgentText, newCommandText } from "./new-texts.ts";
import { ProblemList } from "./problem-list.tsx";

type Editing = { readonly kind: "agent" | "command"; readonly name: string; readonly definition: string; readonly isNew: boolean };

/** Agents and commands: built in, the team's own, and what a repository defines. */
export function AgentsPage() {
  const trpc = useTRPC();
  const { may } = useWorkspace();
  const [repository, setRepository] = useState("");
  const [editing, setEditing] = useState<Editing | null>(null);
  const place = repository === "" ? {} : { repositoryId: repository };
  const agents = useQuery(trpc.agents.list.queryOptions(place));
  const commands = useQuery(trpc.agents.commands.queryOptions(place));
  const mayWrite = may("agents.write");
  // What is shown stays, an open editor above all, when a later look fails.
  const failed = [agents, commands].find(({ error, data }) => error && !data);
  if (failed) return <ErrorState message={errorMessage(failed.error)} onRetry={() => failed.refetch()} />;
  const textOf = (kind: Editing["kind"], name: string) =>
    (kind === "agent" ? agents : commands).data?.custom.find((each) => each.name === name)?.definition ?? "";
  const edit = (kind: Editing["kind"], name: string) => setEditing({ kind, name, definition: textOf(kind, name), isNew: false });

  return (
    <div className="space-y-8">
      <RepositorySelect value={repository} onChange={setRepository} />
      <Section
        title="Agents"
        description="Who can do a turn's work. A repository's own ones stand in .opencode/agent or .claude/agents on its base branch; those made here hold for the whole workspace."
        actions={
          mayWrite ? (
            <NewButton kind="agent" onClick={() => setEditing({ kind: "agent", name: "", definition: newAgentText, isNew: true })} />
          ) : null
        }
      >
        <ProblemList problems={agents.data?.problems ?? []} />
        {agents.data ? (
          <ul className="divide-y divide-line rounded-lg border border-line bg-surface" data-testid="agent-list">
            {agents.data.agents.map((agent) => (
              <AgentRow
                key={agent.name}
                agent={agent}
                custom={agents.data.custom.find(({ name }) => name === agent.name)}
                mayWrite={mayWrite}
                onEdit={() => edit("agent", agent.name)}
              />
            ))}
          </ul>
        ) : (
          <Skeleton className="h-40" />
        )}
      </Section>
      <Section
        title="Commands"
        description="Prompts with a name: type / in the composer. $ARGUMENTS stands for what is typed after the name, $1, $2 … for one word each."
        actions={
          mayWrite ? (
            <NewButton kind="command" onClick={() => setEditing({ kind: "command", name: "", definition: newCommandText, isNew: true })} />
          ) : null
        }
      >
        <ProblemList problems={commands.data?.problems ?? []} />
        {commands.data ? (
          <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
            {commands.data.commands.map((command) => (
              <CommandRow
                key={command.name}
                command={command}
                custom={commands.data.custom.find(({ name }) => name === command.name)}
                mayWrite={mayWrite}
                onEdit={() => edit("command", command.name)}
              />
            ))}
          </ul>
        ) : (
          <Skeleton className="h-24" />
        )}
      </Section>
      {editing?.kind === "agent" ? <AgentEditor {...editing} onClose={() => setEditing(null)} /> : null}
      {editing?.kind === "command" ? <CommandEditor {...editing} onClose={() => setEditing(null)} /> : null}
    </div>
  );
}

function NewButton({ kind, onClick }: { kind: Editing["kind"]; onClick: () => void }) {
  return (
    <Button size="sm" onClick={onClick} data-testid={`new-${kind}`}>
      <Plus aria-hidden /> New {kind}
    </Button>
  );
}

function RepositorySelect({ value, onChange }: { value: string; onChange: (repositoryId: string) => void }) {
  const trpc = useTRPC();
  const repositories = useQuery(trpc.repositories.list.queryOptions());
  return (
    <div className="max-w-xs">
      <Select
        label="Show what a repository defines"
        value={value}
        onChange={onChange}
        placeholder="Show what a repository defines"
        options={(repositories.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      />
    </div>
  );
}
