import { createSessionOperation } from "../../../../server/rest/operations/sessions.ts";
import { serveOperation } from "../../../../server/rest/serve-operation.ts";

export const POST = serveOperation(createSessionOperation);
