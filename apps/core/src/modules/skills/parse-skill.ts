import { parse, YAMLParseError } from "yaml";
import { z } from "zod";
import { quoteLooseValues } from "../../platform/quote-loose-values.ts";
import { type SkillProblem, skillLimits, skillNameSchema } from "./contract.ts";

interface ParsedSkill {
  readonly name: string;
  readonly description: string;
  readonly body: string;
}

const frontMatter = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/;
const knownFields = new Set(["name", "description", "license", "compatibility", "metadata", "allowed-tools"]);
const fieldsSchema = z.record(z.string(), z.unknown());

/**
 * Reads a SKILL.md leniently: without front-matter, with broken YAML or without a description it is left out (`skill` is
 * null); everything else that the specification forbids is a warning, and the skill is loaded.
 */
export function parseSkill(text: string, path: string): { skill: ParsedSkill | null; problems: readonly SkillProblem[] } {
  const problems: SkillProblem[] = [];
  const warn = (message: string) => problems.push({ path, severity: "warning", message });
  const skip = (message: string) => ({ skill: null, problems: [{ path, severity: "skipped", message } as const] });
  const matched = frontMatter.exec(text);
  if (!matched) return skip('It has no front-matter: begin it with "---", name and description, "---".');
  const yaml = matched[1] ?? "";
  const strict = readFields(yaml);
  const fields = typeof strict === "string" ? readFields(quoteLooseValues(yaml)) : strict;
  if (typeof fields === "string") return skip(String(strict));
  if (typeof strict === "string") warn("A value of its front-matter holds a colon: put it into quotes, as YAML wants it.");
  const description = typeof fields.description === "string" ? fields.description.trim() : "";
  if (description === "") return skip("It has no description: the agent could not know when to use it.");
  const directory = path.split("/").at(-2) ?? "";
  const given = typeof fields.name === "string" ? fields.name.trim() : "";
  const name = given || directory;
  if (name === "" || name.length > 200 || /[\r\n]/.test(name)) return skip("It has no name that could be used.");
  if (given === "") warn(`It has no name: it is called like its directory, ${directory}.`);
  else checkName(given, directory, warn);
  if (description.length > skillLimits.descriptionChars)
    warn(`Its description has ${description.length} characters; ${skillLimits.descriptionChars} are allowed.`);
  checkOptional(fields, warn);
  const body = text.slice(matched[0].length).trim();
  if (body.split("\n").length >= skillLimits.bodyLines)
    warn(`Its text has ${skillLimits.bodyLines} lines or more: put details into files beside it.`);
  return { skill: { name, description, body }, problems };
}

/** The front-matter's fields, or why they can't be read. */
function readFields(yaml: string): Record<string, unknown> | string {
  try {
    const fields = fieldsSchema.safeParse(parse(yaml, { maxAliasCount: 20, logLevel: "error" }));
    return fields.success ? fields.data : "Its front-matter is no list of fields.";
  } catch (error) {
    const line = error instanceof YAMLParseError ? (error.linePos?.[0].line ?? 0) + 1 : 0;
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "").replace(/:$/, "").slice(0, 200) : "";
    return `Its front-matter is no valid YAML${line > 0 ? ` (line ${line})` : ""}: ${reason}`;
  }
}

function checkName(name: string, directory: string, warn: (message: string) => void): void {
  const parsed = skillNameSchema.safeParse(name);
  if (!parsed.success) warn(`Its name "${name}" is not as it should be: ${parsed.error.issues[0]?.message ?? ""}`);
  if (name !== directory) warn(`Its name "${name}" is not its directory's, "${directory}".`);
}

function checkOptional(fields: Readonly<Record<string, unknown>>, warn: (message: string) => void): void {
  const unknown = Object.keys(fields).filter((field) => !knownFields.has(field));
  if (unknown.length > 0) warn(`It has fields that nobody knows: ${unknown.slice(0, 5).join(", ")}.`);
  const { compatibility } = fields;
  if (typeof compatibility === "string" && compatibility.length > skillLimits.compatibilityChars)
    warn(`Its compatibility has more than ${skillLimits.compatibilityChars} characters.`);
}
