export { builtinTools, findTool } from "./builtin-tools.ts";
export type { Decision, PermissionLayer, PermissionRule, PermissionSubject, RuleLayer, Todo, ToolImage, ToolResult } from "./contract.ts";
export { currentTodos } from "./contract.ts";
export { decide } from "./decide.ts";
export { fileVersionsOf } from "./file-versions.ts";
export { platformLayer, platformRules } from "./platform-rules.ts";
export { toModelTool } from "./to-model-tool.ts";
export type { Tool, ToolContext } from "./tool.ts";
export { wildcardMatches } from "./wildcard.ts";
