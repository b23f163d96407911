import { uploadArchiveOperation } from "../../../../../server/rest/operations/repositories.ts";
import { serveOperation } from "../../../../../server/rest/serve-operation.ts";

export const POST = serveOperation(uploadArchiveOperation);
