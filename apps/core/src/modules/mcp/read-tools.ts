import { limits } from "../../platform/limits.ts";
import { type McpTool, mcpToolSchema } from "./contract.ts";

interface OfferedTool {
  readonly name?: unknown;
  readonly description?: unknown;
  readonly inputSchema?: unknown;
  readonly annotations?: unknown;
}

/** Without characters that a person does not see and a model reads. */
const visible = (text: string): string => text.replace(/\p{Default_Ignorable_Code_Point}|[^\P{C}\n\t]/gu, "");

/** The tools of a server's list that we can use: what is misshapen or too large is left out, names come once. */
export function readTools(offered: readonly OfferedTool[]): McpTool[] {
  const tools = new Map<string, McpTool>();
  for (const one of offered.slice(0, limits.mcp.maxToolsPerServer)) {
    const annotations = typeof one.annotations === "object" && one.annotations !== null ? one.annotations : {};
    const parsed = mcpToolSchema.safeParse({
      name: one.name,
      description: typeof one.description === "string" ? visible(one.description).slice(0, 4_000) : "",
      inputSchema: readSchema(one.inputSchema),
      readOnly: "readOnlyHint" in annotations && annotations.readOnlyHint === true,
    });
    // Providers refuse a whole request for one schema that is none of an object.
    if (!parsed.success || parsed.data.inputSchema.type !== "object") continue;
    if (!tools.has(parsed.data.name)) tools.set(parsed.data.name, parsed.data);
  }
  return [...tools.values()];
}

const maxTextChars = 1_000;

/**
 * A schema as a model may read it: its texts without what nobody sees, and what they explain with them cut. undefined for
 * one that is too large, or that names something by such characters.
 */
function readSchema(schema: unknown): unknown {
  let hasHiddenName = false;
  const read = (name: string, value: unknown): unknown => {
    if (visible(name) !== name) hasHiddenName = true;
    if (typeof value !== "string") return value;
    return /^(description|title|\$comment)$/.test(name) ? visible(value).slice(0, maxTextChars) : visible(value);
  };
  try {
    const text = JSON.stringify(schema, read);
    return text === undefined || hasHiddenName || text.length > limits.mcp.maxSchemaBytes ? undefined : JSON.parse(text);
  } catch {
    // Nested without end.
    return undefined;
  }
}
