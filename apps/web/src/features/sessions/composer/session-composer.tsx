"use client";

import { ArrowUp, ListPlus, Square, Zap } from "lucide-react";
import { useRef } from "react";
import { Button } from "../../../ui/button.tsx";
import { Tooltip } from "../../../ui/tooltip.tsx";
import { ModelSelect } from "../../providers/model-select.tsx";
import type { Attachments } from "../images/use-attachments.ts";
import { AgentSelect } from "./agent-select.tsx";
import { PromptBox } from "./prompt-box.tsx";
import type { AgentChoice } from "./use-agent-choice.ts";

interface SessionComposerProps {
  draft: string;
  onDraft: (text: string) => void;
  onSend: () => void;
  /** tells it to the turn that runs, before its next step */
  onSteer: () => void;
  error: string | null;
  attachments: Attachments;
  /** what was asked for so far, oldest first */
  history: readonly string[];
  repositoryId: string;
  agent: AgentChoice;
  model: string;
  onModel: (model: string) => void;
  /** a turn is under way: prompts queue, and it can be stopped */
  active: boolean;
  stopping: boolean;
  onStop: () => void;
  mayWrite: boolean;
}

/** Where one writes to the agent, at the foot of a session. */
export function SessionComposer(props: SessionComposerProps) {
  const {
    draft,
    onDraft,
    onSend,
    onSteer,
    error,
    attachments,
    history,
    repositoryId,
    agent,
    model,
    onModel,
    active,
    stopping,
    onStop,
    mayWrite,
  } = props;
  const textarea = useRef<HTMLTextAreaElement>(null);
  if (!mayWrite) {
    return (
      <p className="rounded-xl border border-line bg-subtle px-3.5 py-3 text-muted text-sm">
        You can watch: your role in this workspace is viewer.
      </p>
    );
  }
  const isEmpty = draft.trim() === "";
  return (
    <PromptBox
      value={draft}
      onChange={onDraft}
      onSubmit={onSend}
      onForcedSubmit={active ? onSteer : undefined}
      textarea={textarea}
      label="Message to the agent"
      placeholder={active ? "Add something for after this…" : "What should happen next?"}
      error={error}
      attachments={attachments}
      history={history}
      repositoryId={repositoryId}
      onTab={agent.next}
      footer={
        <>
          <AgentSelect choice={agent} />
          <ModelSelect value={model} onChange={onModel} />
          <span className="ml-auto flex items-center gap-1">
            {active ? (
              <Tooltip content="Stop the agent" side="top">
                <Button size="sm" onClick={onStop} busy={stopping} aria-label="Stop the agent" data-testid="stop">
                  {stopping ? null : <Square aria-hidden className="fill-current" />}
                  {stopping ? "Stopping" : "Stop"}
                </Button>
              </Tooltip>
            ) : null}
            {active ? (
              <Tooltip content="Tell it now, before its next step (Ctrl Enter)" side="top">
                <Button size="sm" onClick={onSteer} disabled={isEmpty} data-testid="steer">
                  <Zap aria-hidden />
                  Steer
                </Button>
              </Tooltip>
            ) : null}
            <Button
              variant="primary"
              size={active ? "sm" : "icon-sm"}
              onClick={onSend}
              disabled={isEmpty}
              aria-label={active ? "Queue this prompt" : "Send"}
              data-testid="send"
            >
              {active ? <ListPlus aria-hidden /> : <ArrowUp aria-hidden />}
              {active ? "Queue" : null}
            </Button>
          </span>
        </>
      }
    />
  );
}
