import { getImageOperation } from "../../../../../../../../server/rest/operations/session-downloads.ts";
import { serveOperation } from "../../../../../../../../server/rest/serve-operation.ts";

export const GET = serveOperation(getImageOperation);
