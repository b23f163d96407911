import { AppError, notFound } from "../../../platform/errors.ts";
import type { TurnId } from "../../../platform/ids.ts";
import { changeSession } from "../change-session.ts";
import { type PermissionRequestView, permissionAnswered, type Question } from "../contract.ts";
import type { SessionKey } from "../event-log-repo.ts";
import { answerRequest, findRequest, toRequestView } from "../message-repo.ts";
import { lockSession } from "../repo.ts";

interface AnswerQuestionInput extends SessionKey {
  readonly requestId: string;
  /** one list for each question; null dismisses the questions: the agent goes on without an answer */
  readonly answers: readonly (readonly string[])[] | null;
  /** who answers: the id of a person or of an API key */
  readonly answeredBy: string;
}

/**
 * Answers the agent's questions, once: CONFLICT when somebody was first or they have expired, BAD_REQUEST when the
 * answers do not fit the questions. NOT_FOUND for a foreign session or question.
 */
export async function answerQuestion(input: AnswerQuestionInput): Promise<PermissionRequestView> {
  const key: SessionKey = { workspaceId: input.workspaceId, sessionId: input.sessionId };
  return changeSession(key, async (change) => {
    await lockSession(change.tx, key);
    const found = await findRequest(change.tx, key, input.requestId);
    const questions = found ? toRequestView(found).questions : undefined;
    if (!found) throw notFound("The question");
    if (!questions) throw new AppError("BAD_REQUEST", "The agent asks for a permission: answer once, always or reject.");
    if (input.answers) checkAnswers(questions, input.answers);
    const answers = input.answers?.map((list) => [...list]);
    const { requestId, answeredBy: by } = input;
    const data = { requestId, by, now: change.now };
    const request = await answerRequest(change.tx, key, answers ? { ...data, reply: "once", answers } : { ...data, reply: "reject" });
    if (!request) throw new AppError("CONFLICT", "Somebody answered this already, or it has expired. The page shows what was answered.");
    await change.append([{ type: "permission.updated", data: { request } }]);
    await change.emit(permissionAnswered, { ...key, turnId: found.turnId as TurnId, requestId: request.id, callId: request.callId });
    return request;
  });
}

function checkAnswers(questions: readonly Question[], answers: readonly (readonly string[])[]): void {
  if (answers.length !== questions.length) {
    throw new AppError("BAD_REQUEST", `There are ${questions.length} questions: send a list of answers for each, in their order.`);
  }
  for (const [index, { header, multiple }] of questions.entries()) {
    if (!multiple && (answers[index]?.length ?? 0) > 1) throw new AppError("BAD_REQUEST", `"${header}" takes one answer.`);
  }
  if (answers.every((list) => list.length === 0)) throw new AppError("BAD_REQUEST", "Answer at least one question, or dismiss them.");
}
