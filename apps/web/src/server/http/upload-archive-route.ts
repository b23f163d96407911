import { uploadArchive } from "@opencode/core/modules/repositories/index.ts";
import { idSchema, newId } from "@opencode/core/platform/ids.ts";
import { z } from "zod";
import { authenticate } from "../rest/authenticate.ts";
import { problemResponse } from "../rest/problem.ts";
import { takeRequest } from "../rest/rate-limits.ts";

const querySchema = z.object({ name: z.string().min(1).max(300).default("upload"), repositoryId: idSchema("repository").optional() });

/**
 * POST /api/v1/repositories/archive?name=shop.tar.gz[&repositoryId=…]: the body is the archive itself. It is written to disk
 * as it comes, so it is no operation of the JSON API, whose bodies are read whole.
 */
export async function uploadArchiveRoute(request: Request): Promise<Response> {
  const requestId = newId("request");
  try {
    const caller = await authenticate(request, { scope: "repositories:write", permission: "repositories.write" });
    takeRequest(caller, "write");
    const { name, repositoryId } = querySchema.parse(Object.fromEntries(new URL(request.url).searchParams));
    const scope = { workspaceId: caller.workspaceId, actorId: caller.actor.id, actorKind: caller.actor.kind };
    const repository = await uploadArchive(scope, { name, repositoryId: repositoryId ?? null, body: request.body });
    return Response.json(repository, { status: 201, headers: { "x-request-id": requestId, "cache-control": "no-store" } });
  } catch (error) {
    return problemResponse(error, requestId);
  }
}
