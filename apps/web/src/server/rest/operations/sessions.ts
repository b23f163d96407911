import { modelIdSchema } from "@opencode/core/modules/providers/contract.ts";
import { diffSchema, permissionSectionSchema } from "@opencode/core/modules/repositories/contract.ts";
import {
  outputSchemaSchema,
  permissionRequestSchema,
  promptImagesSchema,
  promptModeSchema,
  promptSchema,
} from "@opencode/core/modules/sessions/contract.ts";
import {
  abortSession,
  answerPermission,
  createSession,
  getSession,
  getSessionDiff,
  steerTurn,
  submitPrompt,
} from "@opencode/core/modules/sessions/index.ts";
import { permissionReplySchema } from "@opencode/core/modules/tools/contract.ts";
import { idSchema } from "@opencode/core/platform/ids.ts";
import { limits } from "@opencode/core/platform/limits.ts";
import { z } from "zod";
import { defineOperation } from "../operation.ts";
import { noFields, sessionParams, sessionWithViewSchema } from "../schemas.ts";

const read = { scope: "sessions:read", permission: "sessions.read" } as const;
const write = { scope: "sessions:write", permission: "sessions.write" } as const;

export const createSessionOperation = defineOperation({
  id: "createSession",
  maxBodyBytes: limits.request.maxPromptBodyBytes,
  method: "POST",
  path: "/api/v1/sessions",
  summary: "Start a session, with a first prompt or without",
  access: write,
  params: noFields,
  query: noFields,
  body: z.object({
    repositoryId: idSchema("repository"),
    prompt: promptSchema.optional(),
    images: promptImagesSchema.optional().describe("pictures that belong to the prompt: PNG, JPEG, GIF or WebP as base64"),
    model: modelIdSchema.optional().describe("the workspace's default model when left out"),
    agent: z.string().max(64).optional(),
    outputSchema: outputSchemaSchema
      .optional()
      .describe("JSON Schema that the first turn's answer has to fit; the answer is the turn's `output`"),
    permission: permissionSectionSchema
      .optional()
      .describe("the session's own permission rules, as in opencode.jsonc; heard after all others but the workspace's policy"),
  }),
  answer: {
    contentType: "application/json",
    status: 201,
    description: "The new session; `turnId` is null without a prompt",
    schema: z.object({ sessionId: idSchema("session"), turnId: idSchema("turn").nullable() }),
  },
  handle: ({ caller, body, idempotencyKey }) =>
    createSession({
      workspaceId: caller.workspaceId,
      actor: caller.actor,
      origin: "api",
      ...body,
      // The session keeps it too: a process that dies between the two writes does not make a second one.
      clientRequestId: idempotencyKey ?? undefined,
    }),
});

export const submitPromptOperation = defineOperation({
  id: "submitPrompt",
  maxBodyBytes: limits.request.maxPromptBodyBytes,
  method: "POST",
  path: "/api/v1/sessions/{sessionId}/prompts",
  summary: "Give the agent a prompt",
  description: "Accepted means stored: the turn runs, or waits behind the one that does. Follow it through the events.",
  access: write,
  params: sessionParams,
  query: noFields,
  body: z.object({
    prompt: promptSchema,
    images: promptImagesSchema.optional().describe("pictures that belong to the prompt"),
    model: modelIdSchema.optional(),
    agent: z.string().max(64).optional(),
    mode: promptModeSchema
      .default("queue")
      .describe(
        "while a turn runs: `queue` waits for its end, `steer` is told to it before its next step (model and agent stay as they are)",
      ),
    outputSchema: outputSchemaSchema
      .optional()
      .describe("JSON Schema that the turn's answer has to fit; the answer is the turn's `output`"),
  }),
  answer: {
    contentType: "application/json",
    status: 202,
    description: "The prompt's turn",
    schema: z.object({
      turnId: idSchema("turn"),
      messageId: idSchema("message").nullable().describe("null while a message to a running turn waits to be taken"),
      steerId: idSchema("steer").nullable().describe("the waiting message"),
    }),
  },
  handle: async ({ caller, params, body, idempotencyKey }) => {
    const submit = body.mode === "steer" ? steerTurn : submitPrompt;
    const submitted = await submit({
      workspaceId: caller.workspaceId,
      sessionId: params.sessionId,
      prompt: body.prompt,
      images: body.images,
      model: body.model,
      agent: body.agent,
      outputSchema: body.outputSchema,
      // The turn keeps it too: a process that dies between the two writes does not prompt twice.
      clientRequestId: idempotencyKey === null ? undefined : `${caller.actor.id}:${idempotencyKey}`,
    });
    return { steerId: null, ...submitted };
  },
});

export const getSessionOperation = defineOperation({
  id: "getSession",
  method: "GET",
  path: "/api/v1/sessions/{sessionId}",
  summary: "A session and all that happened in it",
  access: read,
  params: sessionParams,
  query: noFields,
  body: null,
  answer: { contentType: "application/json", status: 200, description: "The session", schema: sessionWithViewSchema },
  handle: ({ caller, params }) => getSession({ workspaceId: caller.workspaceId, ...params }),
});

export const abortSessionOperation = defineOperation({
  id: "abortSession",
  method: "POST",
  path: "/api/v1/sessions/{sessionId}/abort",
  summary: "Stop what the agent is doing",
  access: write,
  params: sessionParams,
  query: noFields,
  body: noFields,
  answer: {
    contentType: "application/json",
    status: 200,
    description: "The turn that was stopped; null when none was active",
    schema: z.object({ turnId: idSchema("turn").nullable() }),
  },
  handle: ({ caller, params }) => abortSession({ workspaceId: caller.workspaceId, ...params }),
});

export const answerPermissionOperation = defineOperation({
  id: "answerPermission",
  method: "POST",
  path: "/api/v1/sessions/{sessionId}/permissions/{requestId}",
  summary: "Answer a question of the agent",
  description: "`once` allows this call, `always` also saves the question's `alwaysRule` for the workspace, `reject` refuses.",
  access: write,
  params: sessionParams.extend({ requestId: idSchema("permissionRequest") }),
  query: noFields,
  body: z.object({ reply: permissionReplySchema }),
  answer: { contentType: "application/json", status: 200, description: "The question, answered", schema: permissionRequestSchema },
  handle: ({ caller, params, body }) =>
    answerPermission({ workspaceId: caller.workspaceId, answeredBy: caller.actor.id, ...params, ...body }),
});

export const getDiffOperation = defineOperation({
  id: "getSessionDiff",
  method: "GET",
  path: "/api/v1/sessions/{sessionId}/diff",
  summary: "What the agent changed, file by file",
  access: read,
  params: sessionParams,
  query: noFields,
  body: null,
  answer: {
    contentType: "application/json",
    status: 200,
    description: "The newest diff; null before there is one",
    schema: diffSchema.nullable(),
  },
  handle: ({ caller, params }) => getSessionDiff({ workspaceId: caller.workspaceId, ...params }),
});
