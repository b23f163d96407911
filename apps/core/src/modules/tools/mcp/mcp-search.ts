import { z } from "zod";
import type { ConnectedTool } from "../../mcp/index.ts";
import { defineTool, failure, type Tool } from "../tool.ts";
import { callConnected, mcpSubject, mcpToolName } from "./mcp-tool.ts";

const maxHits = 8;

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 1);

/** How well a tool fits a query: words of its name count three times those of its description; a rare word counts more. */
function rank(tools: readonly ConnectedTool[], query: string): ConnectedTool[] {
  const texts = tools.map((tool) => ({ tool, name: new Set(words(mcpToolName(tool))), text: new Set(words(tool.description)) }));
  const wanted = [...new Set(words(query))];
  const rarity = new Map(
    wanted.map((word) => {
      const count = texts.filter(({ name, text }) => name.has(word) || text.has(word)).length;
      return [word, Math.log((texts.length + 1) / (count + 0.5))];
    }),
  );
  return texts
    .map(({ tool, name, text }) => ({
      tool,
      score: wanted.reduce((sum, word) => sum + (rarity.get(word) ?? 0) * ((name.has(word) ? 3 : 0) + (text.has(word) ? 1 : 0)), 0),
    }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, maxHits)
    .map(({ tool }) => tool);
}

const searchSchema = z.object({ query: z.string().trim().min(1).max(500).describe("What the tool should do, in a few words.") });
const callSchema = z.object({
  tool: z.string().min(1).max(200).describe("The tool's name, as mcp_search gave it."),
  input: z.record(z.string(), z.unknown()).default({}).describe("Its input, by the schema that mcp_search gave."),
});

/** In place of many schemas: one tool that finds tools, and one that calls what was found. */
export function mcpSearchTools(connected: readonly ConnectedTool[]): Tool[] {
  const servers = [...new Set(connected.map(({ server }) => server))];
  const find = (name: string) => connected.find((tool) => mcpToolName(tool) === name);
  const search = defineTool({
    name: "mcp_search",
    description: `Finds tools of the connected servers (${servers.join(", ")}; ${connected.length} tools) by what they do. Answers names, descriptions and input schemas; call them with mcp_call.`,
    inputSchema: searchSchema,
    readOnly: true,
    subject: ({ query }) => ({ permission: "mcp_search", targets: [query], alwaysRule: "*" }),
    execute: async ({ query }) => {
      const hits = rank(connected, query);
      if (hits.length === 0) return failure(query, `No tool fits "${query}". The servers are: ${servers.join(", ")}. Try other words.`);
      const output = hits
        .map((tool) => `${mcpToolName(tool)}\n${tool.description}\ninput: ${JSON.stringify(tool.inputSchema)}`)
        .join("\n\n");
      return { title: query, output, exitCode: null, isError: false, metadata: { matches: hits.length } };
    },
  });
  const call = defineTool({
    name: "mcp_call",
    description: "Calls a tool that mcp_search has found.",
    inputSchema: callSchema,
    readOnly: false,
    subject: ({ tool }) => {
      const found = find(tool);
      return found ? mcpSubject(found) : { permission: "mcp_call", targets: [], alwaysRule: tool };
    },
    execute: async ({ tool, input }, context) => {
      const found = find(tool);
      if (!found) return failure(tool, `There is no tool "${tool}". Use mcp_search to find the right name.`);
      return callConnected(found, input, context);
    },
  });
  return [search, call];
}
