import { z } from "zod";
import { idSchema } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { modelIdSchema } from "../../providers/contract.ts";
import { diffStatSchema, promptImagesSchema, promptSchema, sessionStateSchema } from "../contract.ts";

const { minSessions, maxSessions } = limits.compare;

/** The same task for several agents; one entry of `attempts` is one session. */
export const createCompareSchema = z.object({
  repositoryId: idSchema("repository"),
  prompt: promptSchema,
  images: promptImagesSchema.optional(),
  attempts: z
    .array(z.object({ model: modelIdSchema.optional(), agent: z.string().max(64).optional() }))
    .min(minSessions, `Compare ${minSessions} sessions at least.`)
    .max(maxSessions, `Compare ${maxSessions} sessions at most.`),
});

/** A command that ran tests, and how it ended. */
export const testRunSchema = z.object({ command: z.string(), exitCode: z.number().int().nullable() });

export const compareEntrySchema = z.object({
  sessionId: idSchema("session"),
  title: z.string(),
  model: z.string(),
  agent: z.string(),
  state: sessionStateSchema,
  diff: diffStatSchema,
  costMicros: z.number(),
  costKnown: z.boolean(),
  tokens: z.number(),
  steps: z.number().int(),
  /** from the first turn's beginning to the last one's end, or until now */
  durationMs: z.number().nullable(),
  /** the newest run of each command that looks like tests */
  tests: z.array(testRunSchema),
  finalText: z.string(),
  error: z.string().nullable(),
  archived: z.boolean(),
});
export type CompareEntry = z.infer<typeof compareEntrySchema>;

export const compareGroupSchema = z.object({
  id: idSchema("compareGroup"),
  title: z.string(),
  prompt: z.string(),
  /** that the prompt came with, as the first session has them */
  pictures: z.array(z.object({ partId: idSchema("part"), name: z.string(), width: z.number().int(), height: z.number().int() })),
  repositoryId: idSchema("repository"),
  repositoryName: z.string(),
  chosenSessionId: idSchema("session").nullable(),
  chosenByName: z.string().nullable(),
  createdAt: z.date(),
  entries: z.array(compareEntrySchema),
});
export type CompareGroupView = z.infer<typeof compareGroupSchema>;
