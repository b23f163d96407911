import { getCompareOperation } from "../../../../../server/rest/operations/compare.ts";
import { serveOperation } from "../../../../../server/rest/serve-operation.ts";

export const GET = serveOperation(getCompareOperation);
