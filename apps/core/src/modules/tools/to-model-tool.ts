import { z } from "zod";
import type { Tool } from "./tool.ts";

interface ModelToolText {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

// The same tool is told in each step of a turn, and making its schema takes a while.
const known = new WeakMap<Tool, ModelToolText>();

/** A tool as a model is told of it: its input as JSON Schema (draft 2020-12). Structurally a provider's `ModelTool`. */
export function toModelTool(tool: Tool): ModelToolText {
  const made = known.get(tool) ?? describe(tool);
  known.set(tool, made);
  return made;
}

function describe(tool: Tool): ModelToolText {
  if (tool.modelSchema) return { name: tool.name, description: tool.description, inputSchema: tool.modelSchema };
  const { $schema: _dialect, ...inputSchema } = z.toJSONSchema(tool.inputSchema, { target: "draft-2020-12", io: "input" });
  return { name: tool.name, description: tool.description, inputSchema };
}
