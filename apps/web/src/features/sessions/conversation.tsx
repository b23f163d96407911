"use client";

import type { SessionRow } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { DemoNote } from "../providers/demo-note.tsx";
import { InstallationNotice } from "../sandbox/installation-notice.tsx";
import { ActivityLine } from "./activity-line.tsx";
import { SessionComposer } from "./composer/session-composer.tsx";
import { EmptySession } from "./empty-session.tsx";
import { PermissionCard } from "./permission-card.tsx";
import { useSessionActions } from "./session-actions.tsx";
import { Timeline } from "./timeline/timeline.tsx";
import { useAnswering } from "./use-answering.ts";
import { usePrompting } from "./use-prompting.ts";

/** What was said and done, the question that waits, and the place to write. */
export function Conversation({ session, view }: { session: SessionRow; view: SessionView }) {
  const trpc = useTRPC();
  const { mayWrite } = useSessionActions();
  const [model, setModel] = useState(view.turns.at(-1)?.model ?? session.model);
  const { draft, changeDraft, send, sending, error } = usePrompting(session.id, view);
  const pending = view.permissionRequests.filter((request) => request.state === "pending");
  const question = pending[0] ?? null;
  const { answer, busy, error: answerError } = useAnswering(session.id, question?.id ?? null);
  const active =
    view.turns.find((turn) => turn.state === "running" || turn.state === "waiting") ?? view.turns.find((turn) => turn.state === "queued");
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
          {question ? (
            <PermissionCard
              key={question.id}
              request={question}
              waiting={pending.length}
              busy={busy}
              error={answerError}
              mayAnswer={mayWrite}
              onAnswer={answer}
            />
          ) : null}
          <SessionComposer
            draft={draft}
            onDraft={changeDraft}
            onSend={() => send(model)}
            error={error}
            model={model}
            onModel={setModel}
            active={active !== undefined}
            stopping={abort.isPending}
            onStop={() => abort.mutate({ sessionId: session.id })}
            mayWrite={mayWrite}
          />
          {isDemo && mayWrite ? <DemoNote /> : null}
        </div>
      </div>
    </>
  );
}
