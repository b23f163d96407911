import { z } from "zod";
import type { Tool } from "./tool.ts";

/** A tool as a model is told of it: its input as JSON Schema (draft 2020-12). Structurally a provider's `ModelTool`. */
export function toModelTool(tool: Tool): { name: string; description: string; inputSchema: Readonly<Record<string, unknown>> } {
  if (tool.modelSchema) return { name: tool.name, description: tool.description, inputSchema: tool.modelSchema };
  const { $schema: _dialect, ...inputSchema } = z.toJSONSchema(tool.inputSchema, { target: "draft-2020-12", io: "input" });
  return { name: tool.name, description: tool.description, inputSchema };
}
