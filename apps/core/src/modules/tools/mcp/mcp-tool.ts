import { createHash } from "node:crypto";
import { z } from "zod";
import type { ConnectedTool } from "../../mcp/index.ts";
import type { PermissionSubject } from "../contract.ts";
import { limitOutput } from "../limit-output.ts";
import { defineTool, type Tool, type ToolContext } from "../tool.ts";

const inputSchema = z.record(z.string(), z.unknown());

// Names that mean something of ours: a server's tool of the same name gets another one.
const ours: ReadonlySet<string> = new Set([
  "apply_patch",
  "doom_loop",
  "external_directory",
  "mcp_call",
  "mcp_search",
  "memory_search",
  "memory_write",
]);

/** The name by which a model calls it, and its permission key: `<server>_<tool>`, within what providers accept. */
export function mcpToolName({ server, name }: Pick<ConnectedTool, "server" | "name">): string {
  const full = `${server}_${name}`.replace(/[^A-Za-z0-9_-]/g, "_");
  if (full.length <= 64 && !ours.has(full) && full === `${server}_${name}`) return full;
  // What was cut or replaced may be what tells two of them apart.
  return `${full.slice(0, 55)}_${createHash("sha256").update(`${server}_${name}`).digest("hex").slice(0, 8)}`;
}

/** What a call touches: its own key, and an edit unless the server says that it only reads. */
export function mcpSubject(tool: ConnectedTool): PermissionSubject {
  const permission = mcpToolName(tool);
  const edits: PermissionSubject = { permission: "edit", targets: [`mcp:${tool.server}/${tool.name}`], alwaysRule: `mcp:${tool.server}/*` };
  return { permission, targets: [permission], alwaysRule: permission, ...(tool.readOnly ? {} : { also: [edits] }) };
}

export async function callConnected(tool: ConnectedTool, input: Record<string, unknown>, context: ToolContext) {
  const { sandbox, callId, access, signal } = context;
  const answer = await tool.call(input, { sandbox, callId, access, signal });
  const limited = await limitOutput(context, answer.text);
  return {
    title:
      Object.values(input)
        .find((value) => typeof value === "string")
        ?.slice(0, 120) ?? tool.name,
    output: limited.text,
    exitCode: null,
    isError: answer.isError,
    metadata: { server: tool.server, tool: tool.name, truncated: limited.truncated, outputFile: limited.outputFile },
  };
}

/** A connected server's tool as one of the session's own. */
export function mcpTool(tool: ConnectedTool): Tool {
  const name = mcpToolName(tool);
  const definition = defineTool({
    name,
    // Whose words they are: they are a stranger's.
    description: `(${tool.server}, a connected server) ${tool.description || tool.name}`,
    inputSchema,
    // The server's word for it is not enough to run calls side by side or again.
    readOnly: false,
    subject: () => mcpSubject(tool),
    execute: (input, context) => callConnected(tool, input, context),
  });
  return { ...definition, modelSchema: tool.inputSchema };
}
