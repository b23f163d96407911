"use client";

import type { ChildView } from "@opencode/core/modules/sessions/children/list-children.ts";
import type { PermissionRequestView } from "@opencode/core/modules/sessions/contract.ts";
import { PermissionCard } from "../permission-card.tsx";
import { QuestionCard } from "../questions/question-card.tsx";
import { useAnswering } from "../use-answering.ts";

interface RequestCardProps {
  sessionId: string;
  /** the sub-agent that asks; null: the session's own agent */
  asker: string | null;
  request: PermissionRequestView;
  waiting: number;
  mayAnswer: boolean;
  onAnswered: () => void;
}

/** What waits for an answer, in the session that it belongs to: a permission, or questions. */
export function RequestCard({ sessionId, asker, request, waiting, mayAnswer, onAnswered }: RequestCardProps) {
  const { answer, busy, error } = useAnswering(sessionId, request.id, onAnswered);
  if (request.questions) {
    return <QuestionCard sessionId={sessionId} request={request} asker={asker} mayAnswer={mayAnswer} onAnswered={onAnswered} />;
  }
  return (
    <PermissionCard request={request} asker={asker} waiting={waiting} busy={busy} error={error} mayAnswer={mayAnswer} onAnswer={answer} />
  );
}

/** What sub-agents ask for, the oldest first. */
export function childRequests(children: readonly ChildView[]): { sessionId: string; asker: string; request: PermissionRequestView }[] {
  return children
    .flatMap(({ sessionId, agent, requests }) => requests.map((request) => ({ sessionId, asker: agent, request })))
    .toSorted((a, b) => a.request.createdAt.localeCompare(b.request.createdAt));
}
