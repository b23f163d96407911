import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";
import { modelIdSchema } from "../providers/contract.ts";
import { permissionSectionSchema } from "../repositories/contract.ts";
import { router, workspaceProcedure } from "../tenancy/index.ts";
import { permissionReplySchema } from "../tools/contract.ts";
import { abortSession } from "./abort-session.ts";
import { answerPermission } from "./answer-permission.ts";
import { archiveSession } from "./archive-session.ts";
import { listChildren } from "./children/list-children.ts";
import { compactSession } from "./compaction/compact-session.ts";
import { outputSchemaSchema, promptImagesSchema, promptSchema, questionAnswersSchema } from "./contract.ts";
import { createSession } from "./create-session.ts";
import { getSession } from "./get-session.ts";
import { getSessionDiff } from "./get-session-diff.ts";
import { getTurnRun } from "./get-turn-run.ts";
import { listSessions } from "./list-sessions.ts";
import { answerQuestion } from "./questions/answer-question.ts";
import { renameSession } from "./rename-session.ts";
import { retryTurn } from "./retry-turn.ts";
import { steerTurn } from "./steering/steer-turn.ts";
import { withdrawSteer } from "./steering/withdraw-steer.ts";
import { submitPrompt } from "./submit-prompt.ts";

const sessionInput = z.object({ sessionId: idSchema("session") });
const read = workspaceProcedure("sessions.read");
const write = workspaceProcedure("sessions.write");

export const sessionsRouter = router({
  list: read
    .input(
      z.object({
        repositoryId: idSchema("repository").optional(),
        cursor: z.string().max(500).optional(),
        limit: z.number().int().min(1).max(100).default(30),
      }),
    )
    .query(({ ctx, input }) => listSessions({ workspaceId: ctx.scope.workspaceId, ...input })),

  create: write
    .input(
      z.object({
        repositoryId: idSchema("repository"),
        prompt: promptSchema.optional(),
        images: promptImagesSchema.optional(),
        model: modelIdSchema.optional(),
        agent: z.string().max(64).optional(),
        permission: permissionSectionSchema.optional(),
        outputSchema: outputSchemaSchema.optional(),
        clientRequestId: z.string().min(1).max(100).optional(),
      }),
    )
    .mutation(({ ctx, input }) =>
      createSession({ workspaceId: ctx.scope.workspaceId, actor: { kind: "user", id: ctx.user.id }, origin: "browser", ...input }),
    ),

  get: read.input(sessionInput).query(({ ctx, input }) => getSession({ workspaceId: ctx.scope.workspaceId, ...input })),

  submitPrompt: write
    .input(
      sessionInput.extend({
        prompt: promptSchema,
        images: promptImagesSchema.optional(),
        model: modelIdSchema.optional(),
        agent: z.string().max(64).optional(),
        outputSchema: outputSchemaSchema.optional(),
        clientRequestId: z.string().min(1).max(100).optional(),
      }),
    )
    .mutation(({ ctx, input }) => submitPrompt({ workspaceId: ctx.scope.workspaceId, ...input })),

  steer: write
    .input(
      sessionInput.extend({
        prompt: promptSchema,
        images: promptImagesSchema.optional(),
        clientRequestId: z.string().min(1).max(100).optional(),
      }),
    )
    .mutation(({ ctx, input }) => steerTurn({ workspaceId: ctx.scope.workspaceId, ...input })),

  withdrawSteer: write
    .input(sessionInput.extend({ steerId: idSchema("steer") }))
    .mutation(({ ctx, input }) => withdrawSteer({ workspaceId: ctx.scope.workspaceId, ...input })),

  compact: write.input(sessionInput).mutation(({ ctx, input }) => compactSession({ workspaceId: ctx.scope.workspaceId, ...input })),

  abort: write.input(sessionInput).mutation(({ ctx, input }) => abortSession({ workspaceId: ctx.scope.workspaceId, ...input })),

  answerPermission: write
    .input(sessionInput.extend({ requestId: idSchema("permissionRequest"), reply: permissionReplySchema }))
    .mutation(({ ctx, input }) => answerPermission({ workspaceId: ctx.scope.workspaceId, answeredBy: ctx.user.id, ...input })),

  answerQuestion: write
    .input(sessionInput.extend({ requestId: idSchema("permissionRequest"), answers: questionAnswersSchema.nullable() }))
    .mutation(({ ctx, input }) => answerQuestion({ workspaceId: ctx.scope.workspaceId, answeredBy: ctx.user.id, ...input })),

  children: read.input(sessionInput).query(({ ctx, input }) => listChildren({ workspaceId: ctx.scope.workspaceId, ...input })),

  retryTurn: write
    .input(sessionInput.extend({ turnId: idSchema("turn") }))
    .mutation(({ ctx, input }) => retryTurn({ workspaceId: ctx.scope.workspaceId, ...input })),

  rename: write
    .input(sessionInput.extend({ title: z.string().trim().min(1, "Give the session a title.").max(200) }))
    .mutation(({ ctx, input }) => renameSession({ workspaceId: ctx.scope.workspaceId, sessionId: input.sessionId }, input.title)),

  archive: write.input(sessionInput).mutation(({ ctx, input }) => archiveSession({ workspaceId: ctx.scope.workspaceId, ...input })),

  run: read
    .input(sessionInput.extend({ turnId: idSchema("turn") }))
    .query(({ ctx, input }) => getTurnRun({ workspaceId: ctx.scope.workspaceId, ...input })),

  diff: read.input(sessionInput).query(({ ctx, input }) => getSessionDiff({ workspaceId: ctx.scope.workspaceId, ...input })),
});
