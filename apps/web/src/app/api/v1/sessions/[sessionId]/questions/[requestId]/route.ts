import { answerQuestionOperation } from "../../../../../../../server/rest/operations/agents.ts";
import { serveOperation } from "../../../../../../../server/rest/serve-operation.ts";

export const POST = serveOperation(answerQuestionOperation);
