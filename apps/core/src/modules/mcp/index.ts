export { mcpRouter } from "./router.ts";
export { type ConnectedTool, type McpCallContext, mcpSessionTools } from "./session-tools.ts";
export { type ConfiguredServer, syncRepositoryServers } from "./sync-repository-servers.ts";
