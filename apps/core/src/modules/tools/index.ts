export { builtinTools, findTool } from "./builtin-tools.ts";
export type {
  CallAccess,
  Decision,
  LayerRule,
  PermissionLayer,
  PermissionRule,
  PermissionSubject,
  RuleLayer,
  Todo,
  ToolImage,
  ToolResult,
} from "./contract.ts";
export { currentTodos } from "./contract.ts";
export { decide } from "./decide.ts";
export { fileVersionsOf } from "./file-versions.ts";
export { imageMime } from "./image-file.ts";
export { mcpTools } from "./mcp/mcp-tools.ts";
export { platformLayer, platformRules } from "./platform-rules.ts";
export { type Ceiling, decideWithin } from "./policy/decide-within.ts";
export { searchKeysRouter } from "./search-keys/router.ts";
export { type SessionToolScope, sessionTools } from "./session-tools.ts";
export type { FileLook, SeenFile } from "./shell/judge-runs.ts";
export { toModelTool } from "./to-model-tool.ts";
export { defineTool, failure, type Tool, type ToolContext } from "./tool.ts";
export { wildcardMatches } from "./wildcard.ts";
