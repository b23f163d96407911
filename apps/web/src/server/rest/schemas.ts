import {
  diffStatSchema,
  messageSchema,
  partSchema,
  permissionRequestSchema,
  sessionRowSchema,
  sessionStateSchema,
  turnSchema,
} from "@opencode/core/modules/sessions/contract.ts";
import { idSchema } from "@opencode/core/platform/ids.ts";
import { z } from "zod";

export const noFields = z.object({});
export const sessionParams = z.object({ sessionId: idSchema("session") });

/** What `GET /api/v1/sessions/{sessionId}` gives: the session, and its event log folded into what a page shows. */
export const sessionWithViewSchema = z.object({
  session: sessionRowSchema,
  view: z.object({
    seq: z.int().describe("the last event that is in here; follow the events from it"),
    title: z.string(),
    state: sessionStateSchema,
    branch: z.string().nullable(),
    baseCommit: z.string().nullable(),
    costMicros: z.number(),
    inputTokens: z.number(),
    outputTokens: z.number(),
    turns: z.array(turnSchema),
    messages: z.array(messageSchema),
    parts: z.array(partSchema),
    permissionRequests: z.array(permissionRequestSchema),
    diff: diffStatSchema,
    sandbox: z.object({ state: z.string(), driver: z.string(), error: z.string().nullable() }).nullable(),
  }),
});
