import { z } from "zod";
import { idSchema } from "../../../platform/ids.ts";
import { imageMimes } from "../../providers/contract.ts";
import { callAccessSchema } from "../../tools/contract.ts";

/** Which rule decided a tool call, on which layer, and what it matched. */
export const decisionSchema = z.object({
  action: z.enum(["allow", "ask", "deny"]),
  permission: z.string(),
  pattern: z.string(),
  layer: z.enum(["platform", "workspace", "repository", "agent", "session", "policy"]),
  target: z.string(),
  /** the agent above the session's own whose rules were the stricter ones */
  ceiling: z.string().exactOptional(),
  /** what the sandbox kept the call from */
  access: callAccessSchema.exactOptional(),
});
export type Decision = z.infer<typeof decisionSchema>;

/** `error` of a call that was under way, or asked for, when its turn was stopped. */
export const stoppedCallError = "aborted";

const toolState = z.enum(["pending", "running", "waiting", "completed", "error"]);

const partBase = { id: idSchema("part"), messageId: idSchema("message"), ordinal: z.number().int() };

/** What is told of a picture. */
export const pictureFields = {
  name: z.string(),
  mime: z.enum(imageMimes),
  sizeBytes: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
};

export const partSchema = z.discriminatedUnion("type", [
  z.object({
    ...partBase,
    type: z.literal("text"),
    text: z.string(),
    /** what the model is sent in place of it: what a command that was typed became */
    expanded: z.string().optional(),
    endedAt: z.iso.datetime().nullable(),
  }),
  z.object({
    ...partBase,
    type: z.literal("reasoning"),
    text: z.string(),
    signature: z.string().nullable().default(null),
    endedAt: z.iso.datetime().nullable(),
  }),
  z.object({
    ...partBase,
    type: z.literal("tool"),
    callId: z.string(),
    tool: z.string(),
    state: toolState,
    /** parsed input, or the raw text when it was no valid JSON */
    input: z.unknown(),
    title: z.string(),
    /** what the model is told */
    output: z.string(),
    exitCode: z.number().int().nullable(),
    error: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()).default({}),
    decision: decisionSchema.nullable(),
    /** who answered, when the decision was to ask */
    answer: z
      .object({ reply: z.enum(["once", "always", "reject"]), by: z.string(), at: z.iso.datetime() })
      .nullable()
      .default(null),
    startedAt: z.iso.datetime().nullable(),
    endedAt: z.iso.datetime().nullable(),
  }),
  z.object({ ...partBase, type: z.literal("step-start"), step: z.number().int(), model: z.string(), startedAt: z.iso.datetime() }),
  z.object({
    ...partBase,
    type: z.literal("step-finish"),
    step: z.number().int(),
    finishReason: z.string(),
    inputTokens: z.number().int(),
    outputTokens: z.number().int(),
    cacheReadTokens: z.number().int().default(0),
    cacheWriteTokens: z.number().int().default(0),
    reasoningTokens: z.number().int().default(0),
    /** how many tokens the model takes; null when its catalogue does not say */
    contextSize: z.number().int().nullable().default(null),
    costMicros: z.number().int(),
    durationMs: z.number(),
  }),
  z.object({
    ...partBase,
    type: z.literal("retry"),
    attempt: z.number().int(),
    code: z.string(),
    message: z.string(),
    retryAt: z.iso.datetime(),
  }),
  /** a file that the prompt names (`@path`), as it stands in the workspace when the turn begins */
  z.object({
    ...partBase,
    type: z.literal("file"),
    path: z.string(),
    /** "missing" also stands for what is no text */
    state: z.enum(["pending", "attached", "missing"]),
    text: z.string().nullable(),
    truncated: z.boolean(),
  }),
  /** a picture that the prompt came with; it is kept beside the log (`getSessionImage`) */
  z.object({
    ...partBase,
    type: z.literal("image"),
    ...pictureFields,
  }),
  /** a sub-agent that the prompt names (`@name`) */
  z.object({ ...partBase, type: z.literal("agent"), name: z.string() }),
  /** a command that a sub-agent is to do */
  z.object({ ...partBase, type: z.literal("subtask"), agent: z.string(), description: z.string() }),
  z.object({
    ...partBase,
    type: z.literal("patch"),
    treeId: z.string(),
    files: z.array(z.string()),
    additions: z.number().int(),
    deletions: z.number().int(),
  }),
  /** The conversation was shortened here: what stands before it reaches the model as `summary`, but for the tail. */
  z.object({
    ...partBase,
    type: z.literal("compaction"),
    reason: z.enum(["full", "manual", "overflow"]),
    state: z.enum(["running", "completed", "failed"]),
    /** tokens of the conversation as it would have been sent, before and after */
    beforeTokens: z.number().int(),
    afterTokens: z.number().int().nullable(),
    /** calls whose output the model is not sent any more */
    prunedCalls: z.array(idSchema("part")),
    /** null when pruning was enough */
    summary: z.string().nullable(),
    /** the first message that is sent as it stands; null: all that came before is summed up */
    tailFrom: idSchema("message").nullable(),
    error: z.string().nullable().default(null),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  }),
  /** Something about the turn itself that people should see: the most steps were taken, an answer did not fit its schema. */
  z.object({ ...partBase, type: z.literal("notice"), code: z.enum(["step_limit", "output_invalid"]), text: z.string() }),
]);
export type Part = z.infer<typeof partSchema>;
export type ToolPart = Extract<Part, { type: "tool" }>;
