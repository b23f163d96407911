import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";

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

const { skillFiles } = limits;

/** A path inside a skill's directory: plain segments, no way out of it. */
export const skillPathSchema = z
  .string()
  .min(1)
  .max(skillFiles.pathMaxChars, `A path has at most ${skillFiles.pathMaxChars} characters.`)
  .regex(/^[^/\\\p{C}]+(\/[^/\\\p{C}]+)*$/u, "A path has names and single slashes: scripts/check.py.")
  .refine(
    (path) => path.split("/").every((name) => name.trim() === name && !/^(\.{1,2}|\.git)$/i.test(name)),
    "A path stays inside of the skill, and out of .git.",
  );

// What systems and git leave in every folder; nobody means it.
const leftovers = /(^|\/)((__MACOSX|\.git)(\/|$)|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i;

/** Whether a file of a chosen folder is none of the skill's. */
export const isLeftover = (path: string): boolean => leftovers.test(path);

/** A folder as a browser sends it: SKILL.md at its top or in its only directory, and what belongs to it. */
export const skillUploadSchema = z.object({
  files: z
    .array(z.object({ path: z.string(), content: z.string() }))
    .transform((files) => files.filter(({ path }) => !isLeftover(path)))
    .pipe(
      z
        .array(
          z.object({
            path: skillPathSchema,
            content: z.base64().max(Math.ceil((skillFiles.fileMaxBytes * 4) / 3) + 4, "A file is too large."),
          }),
        )
        .min(1, "There is no file in it.")
        .max(skillFiles.maxFiles + 1, `A skill has at most ${skillFiles.maxFiles} files.`),
    ),
  /** the version that it replaces, where there is a skill of its name */
  replaces: z.number().int().min(1).optional(),
});
export type SkillUpload = z.infer<typeof skillUploadSchema>;

/** A skill's line in the catalogue that a prompt holds. */
export function catalogueLine({ name, description }: { readonly name: string; readonly description: string }): string {
  const flat = description.replace(/\s+/g, " ");
  const { catalogueEntryMaxChars: maxChars } = limits.skill;
  const cut = flat.slice(0, maxChars);
  return `- ${name}: ${flat.length <= maxChars ? flat : `${cut.slice(0, Math.max(cut.lastIndexOf(" "), maxChars / 2))}…`}`;
}

export const skillSchema = skillInputSchema.extend({
  id: idSchema("skill"),
  // What was published before a limit was made narrower stays readable.
  name: z.string(),
  description: z.string(),
  body: z.string(),
  version: z.number().int(),
  enabled: z.boolean(),
  createdAt: z.date(),
  updatedAt: z.date(),
  createdByName: z.string(),
  updatedByName: z.string(),
  /** what belongs to it, by path */
  files: z.array(z.object({ path: z.string(), sizeBytes: z.number().int() })),
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
