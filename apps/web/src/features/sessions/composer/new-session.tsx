"use client";

import type { RepositoryView } from "@opencode/core/modules/repositories/contract.ts";
import { ArrowUp, FolderGit2 } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button } from "../../../ui/button.tsx";
import { Select, type SelectOption } from "../../../ui/select.tsx";
import { BudgetNote } from "../../billing/budget-note.tsx";
import { ModelSelect } from "../../providers/model-select.tsx";
import { TaskSuggestions } from "../../providers/task-suggestions.tsx";
import { NoRepositoryYet } from "../../repositories/no-repository-yet.tsx";
import { AgentSelect } from "./agent-select.tsx";
import { CompareSelect } from "./compare-select.tsx";
import { PromptBox } from "./prompt-box.tsx";
import { useNewSession } from "./use-new-session.ts";

/** A new task: what, where, and with which model. */
export function NewSession() {
  const textarea = useRef<HTMLTextAreaElement>(null);
  const task = useNewSession();
  useFocusByHash(textarea);
  if (task.repositoriesLoaded && task.repositories.length === 0) return <NoRepositoryYet />;
  return (
    <section aria-label="New session" id="new" className="space-y-3">
      <h1 className="font-semibold text-2xl tracking-tight">What should be done?</h1>
      <PromptBox
        tall
        value={task.draft}
        onChange={task.write}
        onSubmit={task.start}
        textarea={textarea}
        label="Task for the agent"
        placeholder="Describe a task: a bug to fix, a feature to add, something to find out…"
        error={task.error}
        attachments={task.attachments}
        disabled={task.starting}
        repositoryId={task.repositoryId}
        onTab={task.agent.next}
        footer={
          <>
            <Select
              look="quiet"
              label="Repository"
              value={task.repositoryId}
              onChange={task.setRepository}
              placeholder={task.repositoriesLoaded ? "Choose a repository" : "Repositories…"}
              icon={<FolderGit2 aria-hidden className="size-3.5 shrink-0" />}
              className="max-w-36 sm:max-w-64"
              options={task.repositories.map(repositoryOption)}
            />
            <AgentSelect choice={task.agent} />
            {task.attempts.length === 0 ? <ModelSelect value={task.model} onChange={task.setModel} /> : null}
            <CompareSelect attempts={task.attempts} model={task.model} onChange={task.setAttempts} />
            <Button
              className="ml-auto"
              variant="primary"
              size="sm"
              busy={task.starting}
              disabled={task.draft.trim() === ""}
              onClick={task.start}
              data-testid="start-session"
            >
              {task.starting ? null : <ArrowUp aria-hidden />}
              Start
            </Button>
          </>
        }
      />
      <BudgetNote />
      {task.suggestions ? (
        <TaskSuggestions
          demo={task.suggestions === "guided"}
          onPick={(prompt) => {
            task.pick(prompt);
            textarea.current?.focus();
          }}
        />
      ) : null}
    </section>
  );
}

/** One that was fetched before can be worked on from that copy, whatever became of the last attempt. */
function repositoryOption({ id, name, state, lastError, headCommit }: RepositoryView): SelectOption {
  if (state === "ready") return { value: id, label: name };
  const note = state === "failed" ? (lastError ?? "Could not be connected") : headCommit === null ? "Being connected…" : "Being fetched…";
  return { value: id, label: name, note, disabled: headCommit === null };
}

/** "New session" leads here from everywhere: the address ends in #new, and the field takes the focus. */
function useFocusByHash(textarea: { readonly current: HTMLTextAreaElement | null }): void {
  useEffect(() => {
    const focus = () => {
      if (window.location.hash === "#new") textarea.current?.focus();
    };
    focus();
    window.addEventListener("hashchange", focus);
    return () => window.removeEventListener("hashchange", focus);
  }, [textarea]);
}
