import { limits } from "../../platform/limits.ts";
import { type McpTool, mcpToolSchema } from "./contract.ts";

interface OfferedTool {
  readonly name?: unknown;
  readonly description?: unknown;
  readonly inputSchema?: unknown;
  readonly annotations?: unknown;
}

/** Without characters that a person does not see and a model reads. */
const visible = (text: string): string => text.replace(/[^\P{C}\n\t]/gu, "");

/** The tools of a server's list that we can use: what is misshapen or too large is left out, names come once. */
export function readTools(offered: readonly OfferedTool[]): McpTool[] {
  const tools = new Map<string, McpTool>();
  for (const one of offered.slice(0, limits.mcp.maxToolsPerServer)) {
    const annotations = typeof one.annotations === "object" && one.annotations !== null ? one.annotations : {};
    const parsed = mcpToolSchema.safeParse({
      name: one.name,
      description: typeof one.description === "string" ? visible(one.description).slice(0, 4_000) : "",
      inputSchema: one.inputSchema,
      readOnly: "readOnlyHint" in annotations && annotations.readOnlyHint === true,
    });
    // Providers refuse a whole request for one schema that is none of an object.
    if (
      !parsed.success ||
      parsed.data.inputSchema.type !== "object" ||
      JSON.stringify(parsed.data.inputSchema).length > limits.mcp.maxSchemaBytes
    )
      continue;
    if (!tools.has(parsed.data.name)) tools.set(parsed.data.name, parsed.data);
  }
  return [...tools.values()];
}
