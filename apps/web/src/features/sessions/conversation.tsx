"use client";

import type { SessionRow } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useState } from "react";
import { BudgetNote } from "../billing/budget-note.tsx";
import { DemoNote } from "../providers/demo-note.tsx";
import { InstallationNotice } from "../sandbox/installation-notice.tsx";
import { ActivityLine } from "./activity-line.tsx";
import { childRequests, RequestCard } from "./children/child-requests.tsx";
import { useChildren } from "./children/children-context.tsx";
import { SubAgentNote } from "./children/sub-agent-note.tsx";
import { builderOf } from "./composer/builder-of.ts";
import { OutgoingPrompts } from "./composer/outgoing-prompts.tsx";
import { PendingSteers } from "./composer/pending-steers.tsx";
import { PlanBar } from "./composer/plan-bar.tsx";
import { SessionComposer } from "./composer/session-composer.tsx";
import { useAgentChoice } from "./composer/use-agent-choice.ts";
import { EmptySession } from "./empty-session.tsx";
import { useAttachments } from "./images/use-attachments.ts";
import { RevertBar } from "./revert/revert-bar.tsx";
import { useSessionActions } from "./session-actions.tsx";
import { Timeline } from "./timeline/timeline.tsx";
import { TodoPanel } from "./todos/todo-panel.tsx";
import { usePrompting } from "./use-prompting.ts";
import { useStop } from "./use-stop.ts";

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

/** The oldest of what waits for an answer, here or in a sub-agent. */
function NextRequest({ sessionId, view, mayAnswer }: { sessionId: string; view: SessionView; mayAnswer: boolean }) {
  const { all, refresh } = useChildren();
  const pending = [...ownRequests(sessionId, view), ...childRequests(all)];
  const next = pending[0];
  if (!next) return null;
  return <RequestCard key={next.request.id} {...next} waiting={pending.length} mayAnswer={mayAnswer} onAnswered={refresh} />;
}

/** What was said and done, the question that waits, and the place to write. */
export function Conversation({ session, view }: ConversationProps) {
  const { mayWrite } = useSessionActions();
  const [model, setModel] = useState(view.turns.at(-1)?.model ?? session.model);
  const attachments = useAttachments(session.id, [model]);
  const { draft, changeDraft, send, say, outgoing, resend, takeBack, discard, error, history } = usePrompting(
    session.id,
    view,
    attachments,
  );
  const agent = useAgentChoice(session.repositoryId, session.agent);
  const active = activeTurn(view);
  const mayBuild = mayWrite && !active && !session.parentSessionId && draft === "" && outgoing.length === 0;
  const builder = mayBuild ? builderOf(agent.agents, view) : null;
  const build = (name: string) => {
    agent.setAgent(name);
    void say("Carry out the plan above.", model, name);
  };
  const { stop, stopping } = useStop(session.id, view);
  const isDemo = model === "demo" || model.startsWith("demo/");

  return (
    <>
      <Timeline
        view={view}
        outgoing={
          outgoing.length === 0 ? null : <OutgoingPrompts prompts={outgoing} onResend={resend} onTakeBack={takeBack} onDiscard={discard} />
        }
        activity={active ? <ActivityLine view={view} turn={active} /> : null}
        empty={<EmptySession session={session} demo={isDemo} mayWrite={mayWrite} onPick={changeDraft} />}
      />
      <div className="shrink-0 px-3 pb-3 sm:px-6 sm:pb-4">
        <div className="mx-auto w-full max-w-3xl space-y-2">
          <InstallationNotice />
          <RevertBar sessionId={session.id} view={view} />
          <PendingSteers sessionId={session.id} steers={view.steers} mayWrite={mayWrite} />
          <TodoPanel parts={view.parts} />
          <NextRequest sessionId={session.id} view={view} mayAnswer={mayWrite} />
          {builder === null ? null : <PlanBar builder={builder} onBuild={() => build(builder)} />}
          {session.parentSessionId ? (
            <SubAgentNote parentSessionId={session.parentSessionId} active={active !== undefined} onStop={stop} />
          ) : (
            <SessionComposer
              draft={draft}
              onDraft={changeDraft}
              onSend={() => send(model, agent.agent)}
              onSteer={() => send(model, agent.agent, "steer")}
              error={error}
              attachments={attachments}
              history={history}
              repositoryId={session.repositoryId}
              agent={agent}
              model={model}
              onModel={setModel}
              active={active !== undefined}
              stopping={stopping}
              onStop={stop}
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
