import { compareGroupSchema, createCompareSchema } from "@opencode/core/modules/sessions/compare/contract.ts";
import { chooseSession, createCompare, getCompare } from "@opencode/core/modules/sessions/index.ts";
import { idSchema } from "@opencode/core/platform/ids.ts";
import { z } from "zod";
import { defineOperation } from "../operation.ts";
import { noFields } from "../schemas.ts";

const read = { scope: "sessions:read", permission: "sessions.read" } as const;
const write = { scope: "sessions:write", permission: "sessions.write" } as const;
const groupParams = z.object({ groupId: idSchema("compareGroup") });

export const createCompareOperation = defineOperation({
  id: "createComparison",
  method: "POST",
  path: "/api/v1/comparisons",
  summary: "Give the same task to several sessions",
  description: "Two to five attempts, each a session with a sandbox of its own; models and agents may differ.",
  access: write,
  params: noFields,
  query: noFields,
  body: createCompareSchema,
  answer: {
    contentType: "application/json",
    status: 201,
    description: "The group and its sessions",
    schema: z.object({ groupId: idSchema("compareGroup"), sessionIds: z.array(idSchema("session")) }),
  },
  handle: ({ caller, body, idempotencyKey }) =>
    createCompare({
      workspaceId: caller.workspaceId,
      actor: caller.actor,
      origin: "api",
      ...body,
      clientRequestId: idempotencyKey ?? undefined,
    }),
});

export const getCompareOperation = defineOperation({
  id: "getComparison",
  method: "GET",
  path: "/api/v1/comparisons/{groupId}",
  summary: "Sessions of the same task side by side",
  access: read,
  params: groupParams,
  query: noFields,
  body: null,
  answer: { contentType: "application/json", status: 200, description: "The group", schema: compareGroupSchema },
  handle: ({ caller, params }) => getCompare({ workspaceId: caller.workspaceId, ...params }),
});

export const chooseCompareOperation = defineOperation({
  id: "chooseSession",
  method: "POST",
  path: "/api/v1/comparisons/{groupId}/choice",
  summary: "Choose one of the sessions",
  description: "`sessionId` null takes the choice back; `archiveOthers` stops and archives the other sessions.",
  access: write,
  params: groupParams,
  query: noFields,
  body: z.object({ sessionId: idSchema("session").nullable(), archiveOthers: z.boolean().default(false) }),
  answer: { contentType: "application/json", status: 200, description: "The group", schema: compareGroupSchema },
  handle: async ({ caller, params, body }) => {
    const key = { workspaceId: caller.workspaceId, ...params };
    await chooseSession({ ...key, ...body, chosenBy: caller.actor.id });
    return getCompare(key);
  },
});
