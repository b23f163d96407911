import { z } from "zod";
import { limits } from "../../../platform/limits.ts";
import type { DefinitionProblem } from "../agents/agent.ts";
import { parseFrontMatter } from "../agents/front-matter.ts";
import type { ParsedDefinition } from "../agents/parse-agent.ts";
import type { Command } from "./command.ts";

export const commandNamePattern = /^[a-z0-9]+(?:[-_/:][a-z0-9]+)*$/;

const fields = {
  description: z.string().trim().max(1_024),
  agent: z.string().min(1).max(64),
  model: z.string().min(1).max(200),
  subtask: z.boolean(),
} as const;
// Claude Code's own; they have no effect here and are nobody's mistake.
const passedOver = new Set(["argument-hint", "allowed-tools", "name", "disable-model-invocation"]);

interface CommandOrigin {
  readonly name: string;
  readonly source: "repository" | "workspace";
  readonly path: string;
}

/** A command in Markdown: front-matter, then the template. Never throws: what can't be used is a problem. */
export function parseCommandMarkdown(text: string, origin: CommandOrigin): ParsedDefinition<Command> {
  const parsed = parseFrontMatter(text);
  if (!parsed.ok) return { value: null, problems: [{ path: origin.path, severity: "error", message: parsed.message }] };
  return parseCommand({ ...parsed.data, template: parsed.body }, origin);
}

/** A command's fields; a field that is wrong is left out and said. */
export function parseCommand(data: Readonly<Record<string, unknown>>, origin: CommandOrigin): ParsedDefinition<Command> {
  const problems: DefinitionProblem[] = [];
  const say = (severity: DefinitionProblem["severity"], message: string) => problems.push({ path: origin.path, severity, message });
  const { template } = data;
  if (!commandNamePattern.test(origin.name) || origin.name.length > 64) say("error", `"${origin.name}" can't be a command's name.`);
  if (typeof template !== "string" || template.trim() === "") say("error", "It has no text to send.");
  else if (template.length > limits.agent.promptMaxChars)
    say("error", `Its text is longer than ${limits.agent.promptMaxChars} characters.`);
  if (problems.length > 0 || typeof template !== "string") return { value: null, problems };
  const given: { description?: string; agent?: string; model?: string; subtask?: boolean } = {};
  for (const [name, value] of Object.entries(data)) {
    if (name === "template" || passedOver.has(name) || value === null || value === undefined) continue;
    const schema = Object.hasOwn(fields, name) ? fields[name as keyof typeof fields] : null;
    const result = schema?.safeParse(value);
    if (result?.success) Object.assign(given, { [name]: result.data });
    else
      say(
        "warning",
        schema ? `${name}: not valid. It was left out.` : `The field "${name.slice(0, 64)}" is not known and was passed over.`,
      );
  }
  const { description = "", agent = null, model = null, subtask = false } = given;
  const path = origin.source === "workspace" ? null : origin.path;
  return {
    value: {
      name: origin.name,
      description,
      source: origin.source,
      path,
      template,
      agent,
      model: model?.includes("/") ? model : null,
      subtask,
    },
    problems,
  };
}
