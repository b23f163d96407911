import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";

/** Limits of the agentskills specification. */
export const skillLimits = { nameChars: 64, descriptionChars: 1_024, compatibilityChars: 500, bodyLines: 500 } as const;
const bodyMaxChars = 100_000;

export const skillNameSchema = z
  .string()
  .min(1, "Give the skill a name.")
  .max(skillLimits.nameChars, `A name has at most ${skillLimits.nameChars} characters.`)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "A name holds small letters, digits and single hyphens between them: review-migrations.");

/** What a skill has to be before it is published; a repository's are taken more leniently. */
export const skillInputSchema = z.object({
  name: skillNameSchema,
  description: z
    .string()
    .trim()
    .min(1, "Say what the skill does and when it is to be used: the agent chooses by this sentence.")
    .max(skillLimits.descriptionChars, `A description has at most ${skillLimits.descriptionChars} characters.`),
  body: z
    .string()
    .max(bodyMaxChars, `At most ${bodyMaxChars} characters.`)
    .refine((body) => body.trim() !== "", "Write what the agent is to do.")
    .refine((body) => body.split("\n").length < skillLimits.bodyLines, `Keep it under ${skillLimits.bodyLines} lines.`),
});
export type SkillInput = z.infer<typeof skillInputSchema>;

/** A new version: what is left out stays as it was. */
export const skillChangeSchema = skillInputSchema.partial().extend({ enabled: z.boolean().optional() });
export type SkillChange = z.infer<typeof skillChangeSchema>;

export const skillSchema = skillInputSchema.extend({
  id: idSchema("skill"),
  // What was published before a limit was made narrower stays readable.
  name: z.string(),
  description: z.string(),
  body: z.string(),
  version: z.number().int(),
  enabled: z.boolean(),
  updatedAt: z.date(),
});
export type SkillView = z.infer<typeof skillSchema>;

/** What is wrong with a skill of a repository: it was left out, or it was loaded all the same. */
export interface SkillProblem {
  readonly path: string;
  readonly severity: "skipped" | "warning";
  readonly message: string;
}

/** A skill as a repository holds it. */
export interface RepositorySkill {
  readonly name: string;
  readonly description: string;
  readonly body: string;
  /** of its SKILL.md, from the repository's root */
  readonly path: string;
  /** the other files of its directory, from the repository's root */
  readonly files: readonly string[];
}
