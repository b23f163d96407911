import type { Metadata } from "next";
import { McpServersPage } from "../../../../../features/mcp/mcp-servers-page.tsx";

export const metadata: Metadata = { title: "MCP servers", referrer: "no-referrer" };

export default function McpServersRoute() {
  return <McpServersPage />;
}
