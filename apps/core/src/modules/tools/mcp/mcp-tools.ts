import { limits } from "../../../platform/limits.ts";
import type { ConnectedTool } from "../../mcp/index.ts";
import type { Tool } from "../tool.ts";
import { mcpSearchTools } from "./mcp-search.ts";
import { mcpTool, mcpToolName } from "./mcp-tool.ts";

// What a model with an unknown context is thought to have.
const defaultContextTokens = 128_000;
/** English and JSON take about four characters a token. */
const charsPerToken = 4;

/** The servers' tools as the model gets them: each by itself, or a search when their schemas take more than their share of the context. */
export function mcpTools(connected: readonly ConnectedTool[], contextTokens: number | null): Tool[] {
  if (connected.length === 0) return [];
  const chars = connected.reduce(
    (sum, tool) => sum + mcpToolName(tool).length + tool.description.length + JSON.stringify(tool.inputSchema).length,
    0,
  );
  const share = chars / charsPerToken / (contextTokens ?? defaultContextTokens);
  return share > limits.mcp.maxContextShare ? mcpSearchTools(connected) : connected.map(mcpTool);
}
