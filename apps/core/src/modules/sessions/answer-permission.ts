import { AppError, notFound } from "../../platform/errors.ts";
import type { TurnId } from "../../platform/ids.ts";
import type { PermissionReply } from "../tools/contract.ts";
import { changeSession } from "./change-session.ts";
import { type PermissionRequestView, permissionAnswered } from "./contract.ts";
import type { SessionKey } from "./event-log-repo.ts";
import { answerRequest, findRequest } from "./message-repo.ts";
import { savePermissionRule } from "./permission-rule-repo.ts";
import { lockSession } from "./repo.ts";

export interface AnswerPermissionInput extends SessionKey {
  readonly requestId: string;
  readonly reply: PermissionReply;
  /** who answers: the id of a person or of an API key */
  readonly answeredBy: string;
}

/**
 * Answers a question, once: CONFLICT when it has been answered or has expired. `always` also saves the very rule that
 * the question showed. NOT_FOUND for a foreign session or question.
 */
export async function answerPermission(input: AnswerPermissionInput): Promise<PermissionRequestView> {
  const key: SessionKey = { workspaceId: input.workspaceId, sessionId: input.sessionId };
  return changeSession(key, async (change) => {
    // The order of locks: session, then its questions.
    await lockSession(change.tx, key);
    const found = await findRequest(change.tx, key, input.requestId);
    if (!found) throw notFound("The question");
    if (found.questions !== null) throw new AppError("BAD_REQUEST", "The agent asks questions: send answers to them.");
    const { requestId, reply, answeredBy } = input;
    const request = await answerRequest(change.tx, key, { requestId, reply, by: answeredBy, now: change.now });
    if (!request) {
      throw new AppError("CONFLICT", "Somebody answered this question already, or it has expired. The page shows what was decided.");
    }
    if (reply === "always") {
      await savePermissionRule(change.tx, key.workspaceId, {
        permission: request.permission,
        pattern: request.alwaysRule,
        action: "allow",
        createdById: answeredBy,
        source: "answer",
      });
    }
    await change.append([{ type: "permission.updated", data: { request } }]);
    await change.emit(permissionAnswered, { ...key, turnId: found.turnId as TurnId, requestId: request.id, callId: request.callId });
    return request;
  });
}
