import { z } from "zod";
import { type ConfigRule, permissionSectionSchema } from "./permission-section.ts";

const writing: ReadonlySet<string> = new Set(["write", "patch", "multiedit", "apply_patch", "edit"]);
/** The older way to say it: a tool that is switched off is denied. What it switches on is not thereby allowed. */
const toolsSchema = z
  .record(z.string().min(1).max(128), z.boolean("takes true or false"))
  .transform((tools): ConfigRule[] =>
    Object.entries(tools).flatMap(([name, isOn]) =>
      isOn ? [] : [{ permission: writing.has(name) ? "edit" : name, pattern: "*", action: "deny" as const }],
    ),
  );

const words = z.array(z.string().max(10_000)).max(200);
const name = z.string().min(1).max(200);
const named = <T extends z.ZodType>(value: T) => z.record(z.string().min(1).max(100), value);

export const agentConfigSchema = z.strictObject({
  description: z.string().max(2_000).optional(),
  mode: z.enum(["primary", "subagent", "all"]).optional(),
  model: name.optional(),
  variant: name.optional(),
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  prompt: z.string().max(100_000).optional(),
  permission: permissionSectionSchema.optional(),
  tools: toolsSchema.optional(),
  steps: z.number().int().min(1).max(1_000).optional(),
  disable: z.boolean().optional(),
  hidden: z.boolean().optional(),
  color: z.string().max(50).optional(),
  options: z.record(z.string(), z.unknown()).optional(),
});

const commandConfigSchema = z.strictObject({
  template: z.string().min(1).max(100_000),
  description: z.string().max(2_000).optional(),
  agent: name.optional(),
  model: name.optional(),
  subtask: z.boolean().optional(),
});

const environment = z.record(z.string().max(200), z.string().max(10_000));
const mcpConfigSchema = z.union([
  z.strictObject({
    type: z.literal("local"),
    command: words.min(1),
    environment: environment.optional(),
    enabled: z.boolean().optional(),
    timeout: z.number().int().positive().optional(),
  }),
  z.strictObject({
    type: z.literal("remote"),
    url: z.url({ protocol: /^https?$/ }),
    headers: environment.optional(),
    oauth: z.union([z.boolean(), z.record(z.string(), z.unknown())]).optional(),
    enabled: z.boolean().optional(),
    timeout: z.number().int().positive().optional(),
  }),
  z.strictObject({ enabled: z.boolean() }),
]);

const formatterConfigSchema = z.strictObject({
  disabled: z.boolean().optional(),
  command: words.optional(),
  environment: environment.optional(),
  extensions: words.optional(),
});

const lspConfigSchema = z.strictObject({
  disabled: z.boolean().optional(),
  command: words.optional(),
  extensions: words.optional(),
  env: environment.optional(),
  initialization: z.record(z.string(), z.unknown()).optional(),
});

const sandboxConfigSchema = z.strictObject({
  image: z.string().min(1).max(500).optional(),
  /** commands that prepare the sandbox, one after the other; a single text is one command */
  setup: z
    .union([
      z
        .string()
        .min(1)
        .max(100_000)
        .transform((command) => [command]),
      words,
    ])
    .optional(),
  /** names of the workspace's setup secrets */
  secrets: words.optional(),
  /** what the agent phase may reach: nothing, these hosts, or what the workspace's policy allows at most */
  network: z.union([z.enum(["none", "allowlist", "full"]), words]).optional(),
});

const compactionConfigSchema = z.strictObject({
  auto: z.boolean().optional(),
  prune: z.boolean().optional(),
  tail_turns: z.number().int().min(0).optional(),
  reserved: z.number().int().min(0).optional(),
});

/** Each section by itself, so that a mistake in one leaves the others standing. */
export const sectionSchemas = {
  permission: permissionSectionSchema,
  tools: toolsSchema,
  agent: named(agentConfigSchema),
  command: named(commandConfigSchema),
  mcp: named(mcpConfigSchema),
  instructions: words,
  skills: z.union([z.strictObject({ paths: words.optional(), urls: words.optional() }), words.transform((paths) => ({ paths }))]),
  sandbox: sandboxConfigSchema,
  formatter: z.union([z.boolean(), named(formatterConfigSchema)]),
  lsp: z.union([z.boolean(), named(lspConfigSchema)]),
  compaction: compactionConfigSchema,
  subagent_depth: z.number().int().min(0).max(10),
  model: name,
  small_model: name,
  default_agent: name,
} as const;

type Sections = { [Key in keyof typeof sectionSchemas]: z.output<(typeof sectionSchemas)[Key]> };
/** What a repository says about itself; sections that are missing or wrong are left out. `tools` has become rules of `permission`. */
export type ProjectConfig = Readonly<Partial<Omit<Sections, "tools">>>;
export type SectionName = keyof Sections;

/** Keys of opencode's own file that mean nothing here: nobody is warned about them. */
export const foreignKeys: ReadonlySet<string> = new Set(
  "$schema provider enabled_providers disabled_providers plugin share autoshare snapshot tool_output experimental username theme keybinds tui autoupdate watcher layout logLevel server enterprise".split(
    " ",
  ),
);
