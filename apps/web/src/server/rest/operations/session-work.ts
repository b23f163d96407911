import { pushSchema } from "@opencode/core/modules/sessions/contract.ts";
import { atItsMachine, requestPush } from "@opencode/core/modules/sessions/index.ts";
import { z } from "zod";
import { defineOperation } from "../operation.ts";
import { noFields, sessionParams } from "../schemas.ts";

export const pushBranchOperation = defineOperation({
  id: "pushSessionBranch",
  method: "POST",
  path: "/api/v1/sessions/{sessionId}/push",
  summary: "Push the agent's work as a branch",
  description:
    "One commit of yours on top of what the session began with. Answers at once with `state: pushing`; how it went comes as a `session.updated` event with `push`. A branch is never moved over commits that did not come from here.",
  access: { scope: "sessions:write", permission: "sessions.write" },
  params: sessionParams,
  query: noFields,
  body: z.object({ branch: z.string().trim().min(1).max(200).optional(), message: z.string().trim().max(5_000).optional() }),
  answer: { contentType: "application/json", status: 202, description: "The push that was begun", schema: pushSchema },
  handle: ({ caller, params, body }) => requestPush({ workspaceId: caller.workspaceId, ...params }, { ...body, actor: caller.actor }),
});

export const getBundleOperation = defineOperation({
  id: "getSessionBundle",
  method: "GET",
  path: "/api/v1/sessions/{sessionId}/bundle",
  summary: "The agent's work as a git bundle",
  description: "Holds the session's branch with one commit above its base, written by the caller: `git fetch <file> <branch>`.",
  access: { scope: "sessions:write", permission: "sessions.write" },
  params: sessionParams,
  query: noFields,
  body: null,
  answer: { contentType: "application/x-git-bundle", status: 200, description: "A git bundle", schema: null },
  handle: async ({ caller, params }) => {
    const { bundle, branch } = await atItsMachine.bundle({ workspaceId: caller.workspaceId, ...params, actor: caller.actor });
    return new Response(Buffer.from(bundle, "base64"), {
      headers: {
        "content-type": "application/x-git-bundle",
        "content-disposition": `attachment; filename="${branch.replace(/[^\w.-]+/g, "-")}.bundle"`,
        "cache-control": "no-store",
      },
    });
  },
});
