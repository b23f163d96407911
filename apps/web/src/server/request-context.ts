import { findViewer, readSessionToken } from "@opencode/core/modules/auth/index.ts";
import type { RequestContext } from "@opencode/core/modules/tenancy/index.ts";
import { newId } from "@opencode/core/platform/ids.ts";

/** Who asks, and which workspace the request names (a claim until a membership proves it). */
export async function createRequestContext(headers: Headers): Promise<RequestContext> {
  const token = readSessionToken(headers.get("cookie"));
  return {
    user: token ? await findViewer(token) : null,
    unverifiedWorkspaceSlug: headers.get("x-workspace"),
    requestId: newId("request"),
  };
}
