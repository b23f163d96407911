import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";

/** First part of the names of a server's tools and of their permission key (`<server>_<tool>`). */
export const mcpNameSchema = z
  .string()
  .trim()
  .regex(/^[a-z][a-z0-9-]{0,29}$/, "Lower-case letters, digits and hyphens, 30 at most, a letter first.");

/** A tool as its server describes it, within our limits. */
export const mcpToolSchema = z.object({
  name: z.string().min(1).max(128),
  description: z.string().max(4_000).default(""),
  inputSchema: z.record(z.string(), z.unknown()),
  /** only what the server says of itself: never a reason to allow more */
  readOnly: z.boolean().default(false),
});
export type McpTool = z.infer<typeof mcpToolSchema>;

const urlSchema = z
  .url({ protocol: /^https?$/, error: "Give the server's address, e.g. https://mcp.example.com/mcp." })
  .max(500)
  .refine((url) => !/^https?:\/\/[^/]*@/i.test(url), "Leave user and password out of the address; headers have their own field.");

const headerNameSchema = z.string().regex(/^[A-Za-z0-9-]{1,100}$/, "A header's name has letters, digits and hyphens.");
const headerValueSchema = z
  .string()
  .max(4_000)
  .regex(/^[\x20-\x7e]*$/, "A header's value is plain text on one line.");

const commandSchema = z.array(z.string().min(1).max(1_000)).min(1, "Give the program to start.").max(50);
const environmentSchema = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(4_000));

/** Where a server is: over HTTP, called by the worker, or a program that runs inside the session's sandbox. */
export const mcpTargetSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("http"), url: urlSchema, headers: z.record(headerNameSchema, headerValueSchema).default({}) }),
  z.object({ kind: z.literal("stdio"), command: commandSchema, environment: environmentSchema.default({}) }),
]);
export type McpTarget = z.infer<typeof mcpTargetSchema>;

export const addMcpServerSchema = z.object({ name: mcpNameSchema, target: mcpTargetSchema });
export type AddMcpServerInput = z.infer<typeof addMcpServerSchema>;

export const mcpStatuses = ["new", "ready", "sign-in", "failed"] as const;

/** A server as the settings page shows it; header values and tokens never leave the server. */
export const mcpServerViewSchema = z.object({
  id: idSchema("mcpServer"),
  name: z.string(),
  kind: z.enum(["http", "stdio"]),
  url: z.string().nullable(),
  command: z.array(z.string()),
  headerNames: z.array(z.string()),
  /** null for the workspace's own servers */
  repositoryId: z.string().nullable(),
  enabled: z.boolean(),
  approved: z.boolean(),
  /** what an approval speaks of */
  configHash: z.string(),
  status: z.enum(mcpStatuses),
  lastError: z.string().nullable(),
  tools: z.array(mcpToolSchema.omit({ inputSchema: true }).extend({ enabled: z.boolean() })),
  toolsAt: z.date().nullable(),
});
export type McpServerView = z.infer<typeof mcpServerViewSchema>;
