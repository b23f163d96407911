import { connectRepositoryOperation, listRepositoriesOperation } from "../../../../server/rest/operations/repositories.ts";
import { serveOperation } from "../../../../server/rest/serve-operation.ts";

export const GET = serveOperation(listRepositoriesOperation);
export const POST = serveOperation(connectRepositoryOperation);
