import { chooseCompareOperation } from "../../../../../../server/rest/operations/compare.ts";
import { serveOperation } from "../../../../../../server/rest/serve-operation.ts";

export const POST = serveOperation(chooseCompareOperation);
