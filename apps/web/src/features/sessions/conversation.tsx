"use client";

import type { SessionRow } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { BudgetNote } from "../billing/budget-note.tsx";
import { DemoNote } from "../providers/demo-note.tsx";
import { InstallationNotice } from "../sandbox/installation-notice.tsx";
import { ActivityLine } from "./activity-line.tsx";
import { childRequests, RequestCard } from "./children/child-requests.tsx";
import { useChildren } from "./children/children-context.tsx";
import { SubAgentNote } from "./children/sub-agent-note.tsx";
import { PendingSteers } from "./composer/pending-steers.tsx";
import { PlanBar } from "./composer/plan-bar.tsx";
import { SessionComposer } from "./composer/session-composer.tsx";
import { useAgentChoice } from "./composer/use-agent-choice.ts";
import { usePlan } from "./composer/use-plan.ts";
import { EmptySession } from "./empty-session.tsx";
import { useAttachments } from "./images/use-attachments.ts";
import { RevertBar } from "./revert/revert-bar.tsx";
import { useSessionActions } from "./session-actions.tsx";
import { Timeline } from "./timeline/timeline.tsx";
import { TodoPanel } from "./todos/todo-panel.tsx";
import { usePrompting } from "./use-prompting.ts";

interface ConversationProps {
  session: SessionRow;
  view: SessionView;
}

/** The turn that is under way, else the first that waits for its turn. */
function activeTurn({ turns }: SessionView) {
  return turns.find(({ state }) => state === "running" || state === "waiting") ?? turns.find(({ state }) => state === "queued");
}

function ownRequests(sessionId: string, { permissionRequests }: SessionView) {
  const pending = permissionRequests.filter(({ state }) => state === "pending");
  return pending.map((request) => ({ sessionId, asker: null, request }));
}

/** What was said and done, the question that waits, and the place to write. */
export function Conversation({ session, view }: ConversationProps) {
  const trpc = useTRPC();
  const { mayWrite } = useSessionActions();
  const [model, setModel] = useState(view.turns.at(-1)?.model ?? session.model);
  const attachments = useAttachments([model]);
  const { draft, changeDraft, send, sending, error, history } = usePrompting(session.id, view, attachments);
  const agent = useAgentChoice(session.repositoryId, session.agent);
  const { all, refresh } = useChildren();
  const pending = [...ownRequests(session.id, view), ...childRequests(all)];
  const question = pending[0] ?? null;
  const active = activeTurn(view);
  const { prompt, builder } = usePlan(session, view, agent, (name, text) => send(model, name, "queue", text));
  const mayBuild = mayWrite && !active && !session.parentSessionId && draft === "";
  const abort = useMutation(trpc.sessions.abort.mutationOptions({ onError: (failure) => toast.error(errorMessage(failure)) }));
  const isDemo = model === "demo" || model.startsWith("demo/");

  return (
    <>
      <Timeline
        view={view}
        sending={sending}
        activity={active ? <ActivityLine view={view} turn={active} /> : null}
        empty={<EmptySession session={session} demo={isDemo} mayWrite={mayWrite} onPick={changeDraft} />}
      />
      <div className="shrink-0 px-3 pb-3 sm:px-6 sm:pb-4">
        <div className="mx-auto w-full max-w-3xl space-y-2">
          <InstallationNotice />
          <RevertBar sessionId={session.id} view={view} onDraft={changeDraft} />
          <PendingSteers sessionId={session.id} steers={view.steers} mayWrite={mayWrite} />
          <TodoPanel parts={view.parts} />
          {question ? (
            <RequestCard
              key={question.request.id}
              sessionId={question.sessionId}
              asker={question.asker}
              request={question.request}
              waiting={pending.length}
              mayAnswer={mayWrite}
              onAnswered={refresh}
            />
          ) : null}
          {builder && mayBuild ? <PlanBar builder={builder.name} onBuild={builder.build} /> : null}
          {session.parentSessionId ? (
            <SubAgentNote
              parentSessionId={session.parentSessionId}
              active={active !== undefined}
              onStop={() => abort.mutate({ sessionId: session.id })}
            />
          ) : (
            <SessionComposer
              draft={draft}
              onDraft={changeDraft}
              onSend={() => prompt(agent.agent)}
              onSteer={() => send(model, agent.agent, "steer")}
              error={error}
              attachments={attachments}
              history={history}
              repositoryId={session.repositoryId}
              agent={agent}
              model={model}
              onModel={setModel}
              active={active !== undefined}
              stopping={abort.isPending}
              onStop={() => abort.mutate({ sessionId: session.id })}
              mayWrite={mayWrite}
            />
          )}
          {isDemo && mayWrite ? <DemoNote /> : null}
          {!isDemo && mayWrite ? <BudgetNote sessionId={session.id} /> : null}
        </div>
      </div>
    </>
  );
}
