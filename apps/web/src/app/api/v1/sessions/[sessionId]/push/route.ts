import { pushBranchOperation } from "../../../../../../server/rest/operations/session-work.ts";
import { serveOperation } from "../../../../../../server/rest/serve-operation.ts";

export const POST = serveOperation(pushBranchOperation);
