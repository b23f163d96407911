import { getDiffOperation } from "../../../../../../server/rest/operations/sessions.ts";
import { serveOperation } from "../../../../../../server/rest/serve-operation.ts";

export const GET = serveOperation(getDiffOperation);
