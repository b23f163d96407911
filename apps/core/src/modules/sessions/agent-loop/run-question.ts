import { changeSession } from "../change-session.ts";
import type { PermissionRequestView, Question, ToolPart } from "../contract.ts";
import { createRequest, toRequestView } from "../message-repo.ts";
import { questionInputSchema } from "../questions/question-tool.ts";
import { toTurnView, updateSession, updateTurnFenced } from "../repo.ts";
import type { HeldTurn } from "./hold-turn.ts";

/** The questions of a call; null when its input is none. */
export function questionsOf(part: ToolPart): Question[] | null {
  const parsed = questionInputSchema.safeParse(part.input);
  return parsed.success ? parsed.data.questions : null;
}

/** Puts the agent's questions before the people of the workspace and lets the turn wait; null when the fence is lost. */
export async function askQuestions(turn: HeldTurn, part: ToolPart, questions: Question[]): Promise<string | null> {
  const { key } = turn;
  return changeSession(key, async (change) => {
    const waiting = await updateTurnFenced(change.tx, key, { state: "waiting", heartbeatAt: change.now });
    if (!waiting) return null;
    const target = questions
      .map(({ question }) => question)
      .join("\n")
      .slice(0, 500);
    const request = await createRequest(change.tx, key, {
      callId: part.callId,
      permission: "question",
      target,
      alwaysRule: "*",
      questions,
    });
    await updateSession(change.tx, key, { state: "waiting" });
    await change.append([
      { type: "part.updated", data: { part: { ...part, state: "waiting", title: headersOf(questions) } } },
      { type: "permission.updated", data: { request: toRequestView(request) } },
      { type: "turn.updated", data: { turn: toTurnView(waiting) } },
      { type: "session.updated", data: { state: "waiting" } },
    ]);
    return request.id;
  });
}

const headersOf = (questions: readonly Question[]) => questions.map(({ header }) => header).join(", ");

/** What the model is told of the answers. */
export function describeAnswers(request: PermissionRequestView): string {
  const lines = (request.questions ?? []).map(({ question }, index) => {
    const answers = request.answers?.[index] ?? [];
    return `${question}\n${answers.length === 0 ? "(not answered: decide yourself)" : answers.map((answer) => `- ${answer}`).join("\n")}`;
  });
  return `The user answered:\n\n${lines.join("\n\n")}`;
}
