import { permissionRequestSchema, questionAnswersSchema } from "@opencode/core/modules/sessions/contract.ts";
import { answerQuestion, listChildren } from "@opencode/core/modules/sessions/index.ts";
import { idSchema } from "@opencode/core/platform/ids.ts";
import { z } from "zod";
import { defineOperation } from "../operation.ts";
import { noFields, sessionParams } from "../schemas.ts";

export const answerQuestionOperation = defineOperation({
  id: "answerQuestion",
  method: "POST",
  path: "/api/v1/sessions/{sessionId}/questions/{requestId}",
  summary: "Answer the agent's questions",
  description: "One list of answers for each question, in their order: labels of options or free text. `answers` null dismisses them.",
  access: { scope: "sessions:write", permission: "sessions.write" },
  params: sessionParams.extend({ requestId: idSchema("permissionRequest") }),
  query: noFields,
  body: z.object({ answers: questionAnswersSchema.nullable() }),
  answer: { contentType: "application/json", status: 200, description: "The questions, answered", schema: permissionRequestSchema },
  handle: ({ caller, params, body }) =>
    answerQuestion({ workspaceId: caller.workspaceId, answeredBy: caller.actor.id, ...params, ...body }),
});

export const listChildrenOperation = defineOperation({
  id: "listSubAgents",
  method: "GET",
  path: "/api/v1/sessions/{sessionId}/children",
  summary: "Sub-agents of a session, and what they ask for",
  access: { scope: "sessions:read", permission: "sessions.read" },
  params: sessionParams,
  query: noFields,
  body: null,
  answer: {
    contentType: "application/json",
    status: 200,
    description: "Sub-agents, oldest first",
    schema: z.array(
      z.object({
        sessionId: idSchema("session"),
        parentSessionId: idSchema("session"),
        title: z.string(),
        agent: z.string(),
        model: z.string(),
        state: z.string(),
        depth: z.number().int(),
        costMicros: z.number(),
        tokens: z.number(),
        lastLine: z.string(),
        requests: z.array(permissionRequestSchema),
      }),
    ),
  },
  handle: ({ caller, params }) => listChildren({ workspaceId: caller.workspaceId, ...params }),
});
