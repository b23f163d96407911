import { z } from "zod";

const actionSchema = z.enum(["allow", "ask", "deny"], { error: 'takes "allow", "ask" or "deny"' });

/** One rule of a `permission` section, in the order in which it was written: the last one that matches wins. */
export interface ConfigRule {
  readonly permission: string;
  readonly pattern: string;
  readonly action: "allow" | "ask" | "deny";
}

const nameSchema = z.string().min(1, "is an empty name").max(128, "is longer than 128 characters");
const patternSchema = z.string().min(1, "is an empty pattern").max(2_000, "is longer than 2,000 characters");

/** `permission` as opencode.jsonc has it: one action for everything, or by name an action or a map pattern → action. */
export const permissionSectionSchema = z
  .union([actionSchema, z.record(nameSchema, z.union([actionSchema, z.record(patternSchema, actionSchema)]))])
  .transform((section): ConfigRule[] =>
    typeof section === "string"
      ? [{ permission: "*", pattern: "*", action: section }]
      : Object.entries(section).flatMap(([permission, value]) =>
          typeof value === "string"
            ? [{ permission, pattern: "*", action: value }]
            : Object.entries(value).map(([pattern, action]) => ({ permission, pattern, action })),
        ),
  );
