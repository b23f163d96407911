import { z } from "zod";
import { permissionActionSchema } from "../../tools/contract.ts";

/** An agent as pages show it. */
export const agentViewSchema = z.object({
  name: z.string(),
  description: z.string(),
  mode: z.enum(["primary", "subagent", "all"]),
  source: z.enum(["builtin", "repository", "workspace"]),
  path: z.string().nullable(),
  model: z.string().nullable(),
  steps: z.number().nullable(),
  temperature: z.number().nullable(),
  color: z.string().nullable(),
  /** false: it can't change a file */
  mayEdit: z.boolean(),
});
export type AgentView = z.infer<typeof agentViewSchema>;

/** A command as the composer offers it. */
export const commandViewSchema = z.object({
  name: z.string(),
  description: z.string(),
  source: z.enum(["builtin", "repository", "workspace"]),
  path: z.string().nullable(),
  agent: z.string().nullable(),
  model: z.string().nullable(),
  subtask: z.boolean(),
  /** whether it does anything with what is typed after it */
  takesArguments: z.boolean(),
});
export type CommandView = z.infer<typeof commandViewSchema>;

export const definitionProblemSchema = z.object({ path: z.string(), severity: z.enum(["error", "warning"]), message: z.string() });

/** What comes out for one permission when all layers are heard: for anything, and for what particular rules name. */
export const effectivePermissionSchema = z.object({
  permission: z.string(),
  action: permissionActionSchema,
  layer: z.string(),
  exceptions: z.array(z.object({ pattern: z.string(), action: permissionActionSchema, layer: z.string() })),
});
export type EffectivePermission = z.infer<typeof effectivePermissionSchema>;

const nameOf = (kind: string, pattern: RegExp) =>
  z.string().trim().min(1, `Give the ${kind} a name.`).max(64).regex(pattern, "Small letters, digits and single hyphens.");
const definition = z.string().trim().min(1, "It needs some text.").max(100_000);

export const saveAgentSchema = z.object({ name: nameOf("agent", /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/), definition });
export const saveCommandSchema = z.object({ name: nameOf("command", /^[a-z0-9]+(?:[-_/:][a-z0-9]+)*$/), definition });
