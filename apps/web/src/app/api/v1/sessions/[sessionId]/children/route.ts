import { listChildrenOperation } from "../../../../../../server/rest/operations/agents.ts";
import { serveOperation } from "../../../../../../server/rest/serve-operation.ts";

export const GET = serveOperation(listChildrenOperation);
