import { z } from "zod";
import { limits } from "../../../platform/limits.ts";
import { type PermissionRule, permissionActionSchema } from "../../tools/contract.ts";
import type { Agent, AgentSource, DefinitionProblem } from "./agent.ts";
import { lineOfField, parseFrontMatter } from "./front-matter.ts";
import { permissionFault } from "./permission-fault.ts";

export interface AgentOrigin {
  readonly name: string;
  readonly source: Exclude<AgentSource, "builtin">;
  /** where it stands, for messages: a file's path, `opencode.jsonc`, or "browser" */
  readonly path: string;
}

export interface ParsedDefinition<T> {
  /** null when it is disabled or can't be used */
  readonly value: T | null;
  readonly problems: readonly DefinitionProblem[];
}

export const agentNamePattern = /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/;

const permissionSchema = z.union([
  permissionActionSchema,
  z.record(z.string().min(1).max(64), z.union([permissionActionSchema, z.record(z.string().min(1).max(2_000), permissionActionSchema)])),
]);

const fields = {
  name: z.string().max(64),
  description: z.string().trim().min(1).max(1_024),
  mode: z.enum(["primary", "subagent", "all"]),
  model: z.string().min(1).max(200),
  variant: z.string().max(64),
  temperature: z.number().min(0).max(2),
  top_p: z.number().min(0).max(1),
  prompt: z.string().max(limits.agent.promptMaxChars),
  permission: permissionSchema,
  tools: z.union([z.string(), z.array(z.string()), z.record(z.string(), z.boolean())]),
  steps: z.number().int().min(1).max(limits.turn.maxSteps),
  maxSteps: z.number().int().min(1).max(limits.turn.maxSteps),
  disable: z.boolean(),
  hidden: z.boolean(),
  color: z.string().max(32),
  options: z.record(z.string(), z.unknown()),
} as const;
type Field = keyof typeof fields;
type Given = { [K in Field]?: z.infer<(typeof fields)[K]> };
const isField = (name: string): name is Field => Object.hasOwn(fields, name);

// Names that agents written for Claude Code use for the same tools.
const claudeTools: Readonly<Record<string, string>> = {
  LS: "list",
  MultiEdit: "edit",
  WebFetch: "webfetch",
  WebSearch: "websearch",
  TodoWrite: "todowrite",
  AskUserQuestion: "question",
  Agent: "task",
};
const claudeModels = new Set(["inherit", "sonnet", "opus", "haiku", "default"]);

// By these a definition takes rights away.
const narrowing = /^[ \t]*["']?(permission|tools)["']?[ \t]*:/m;

/** A definition in Markdown: front-matter, then the prompt. Never throws: what can't be used is a problem. */
export function parseAgentMarkdown(text: string, origin: AgentOrigin): ParsedDefinition<Agent> {
  const parsed = parseFrontMatter(text);
  if (!parsed.ok) {
    const key = narrowing.exec(parsed.source)?.[1];
    const unknownRights = key === undefined ? {} : { unknownRights: { line: parsed.line, key } };
    return { value: null, problems: [{ path: origin.path, severity: "error", message: parsed.message, ...unknownRights }] };
  }
  const data = { ...parsed.data, ...(parsed.body === "" ? {} : { prompt: parsed.body }) };
  return parseAgent(data, origin, (path) => lineOfField(text, path));
}

/** A definition's fields, from front-matter or a configuration file. A field that is wrong is left out and said. */
export function parseAgent(
  data: Readonly<Record<string, unknown>>,
  origin: AgentOrigin,
  lineOf: (path: readonly string[]) => number = () => 1,
): ParsedDefinition<Agent> {
  const problems: DefinitionProblem[] = [];
  const say = (severity: DefinitionProblem["severity"], message: string) => problems.push({ path: origin.path, severity, message });
  if (!agentNamePattern.test(origin.name) || origin.name.length > 64) {
    say("error", `"${origin.name}" can't be an agent's name: small letters, digits and single hyphens, 64 at most.`);
    return { value: null, problems };
  }
  const given = readFields(data, say);
  if (given.disable === true) return { value: null, problems };
  // Rights that were meant to be narrowed must not be the default ones because of a typing error.
  const misspelt = Object.keys(data).find((name) => !isField(name) && /^permiss?ions?$/i.test(name));
  const section = data.permission ?? null;
  const fault =
    misspelt !== undefined
      ? { path: [misspelt], message: 'is no field: "permission" was meant' }
      : ((section === null ? null : permissionFault(section)) ?? toolsFault(data.tools, given.tools));
  if (fault) {
    const key = fault.path.join(".");
    const message = `${fault.message}. Its rights can't be read, so it is not used.`;
    problems.push({ path: origin.path, severity: "error", message, unknownRights: { line: lineOf(fault.path), key } });
    return { value: null, problems };
  }
  if (given.description === undefined) say("warning", "It has no description: other agents can't know what it is for.");
  if (given.model !== undefined && claudeModels.has(given.model)) delete given.model;
  if (given.model !== undefined && !given.model.includes("/") && given.model !== "demo") {
    say("warning", `The model "${given.model}" has no provider ("anthropic/…"); the session's model is used.`);
    delete given.model;
  }
  return { value: toAgent(given, origin), problems };
}

function toolsFault(tools: unknown, read: Given["tools"]) {
  const isUnread = tools !== undefined && tools !== null && read === undefined;
  return isUnread ? { path: ["tools"], message: "takes a list of names, or a map of them to true or false" } : null;
}

function readFields(data: Readonly<Record<string, unknown>>, say: (severity: "warning", message: string) => void): Given {
  const given: Given = {};
  for (const [name, value] of Object.entries(data)) {
    if (value === null || value === undefined) continue;
    if (!isField(name)) {
      say("warning", `The field "${name.slice(0, 64)}" is not known and was passed over.`);
      continue;
    }
    const result = fields[name].safeParse(value);
    if (result.success) Object.assign(given, { [name]: result.data });
    else say("warning", `${name}: ${result.error.issues[0]?.message ?? "not valid"}. It was left out.`);
  }
  return given;
}

function toAgent(given: Given, origin: AgentOrigin): Agent {
  const isClaude = origin.path.startsWith(".claude/");
  return {
    name: origin.name,
    description: given.description ?? "",
    mode: given.mode ?? (isClaude ? "subagent" : "all"),
    hidden: given.hidden ?? false,
    source: origin.source,
    path: origin.source === "workspace" ? null : origin.path,
    prompt: given.prompt?.trim() ? given.prompt.trim() : null,
    promptVersion: `${origin.name}@${origin.path}`,
    permission: given.permission === undefined ? [] : permissionRules(given.permission),
    tools: toolSwitches(given.tools),
    model: given.model ?? null,
    small: false,
    temperature: given.temperature ?? null,
    topP: given.top_p ?? null,
    steps: given.steps ?? given.maxSteps ?? null,
    color: given.color ?? null,
  };
}

/** The rules that a `permission` section stands for, in its own order. */
export function permissionRules(section: z.infer<typeof permissionSchema>): PermissionRule[] {
  if (typeof section === "string") return [{ permission: "*", pattern: "*", action: section }];
  return Object.entries(section).flatMap(([permission, value]) =>
    typeof value === "string"
      ? [{ permission, pattern: "*", action: value }]
      : Object.entries(value).map(([pattern, action]) => ({ permission, pattern, action })),
  );
}

/** A list names what is on and nothing else; a map switches one by one. */
function toolSwitches(tools: Given["tools"]): Agent["tools"] {
  if (tools === undefined) return [];
  if (typeof tools === "object" && !Array.isArray(tools))
    return Object.entries(tools).map(([pattern, on]) => ({ pattern: toolName(pattern), on }));
  const names = (typeof tools === "string" ? tools.split(/[,\s]+/) : tools).map((name) => name.trim()).filter((name) => name !== "");
  if (names.length === 0 || names.includes("*")) return [];
  return [{ pattern: "*", on: false }, ...names.map((name) => ({ pattern: toolName(name), on: true }))];
}

function toolName(name: string): string {
  if (name.startsWith("mcp__")) return name.slice(5).replace("__", "_");
  return Object.hasOwn(claudeTools, name) ? (claudeTools[name] ?? name) : name.toLowerCase();
}
