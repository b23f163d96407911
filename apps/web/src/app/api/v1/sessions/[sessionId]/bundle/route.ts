import { getBundleOperation } from "../../../../../../server/rest/operations/session-work.ts";
import { serveOperation } from "../../../../../../server/rest/serve-operation.ts";

export const GET = serveOperation(getBundleOperation);
