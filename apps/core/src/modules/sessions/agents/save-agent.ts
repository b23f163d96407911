import { withTenant } from "../../../platform/database/database.ts";
import { AppError } from "../../../platform/errors.ts";
import type { WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { resolveModel } from "../../providers/index.ts";
import type { RuleLayer } from "../../tools/index.ts";
import { findPermissionRules } from "../permission-rule-repo.ts";
import type { Agent, DefinitionProblem } from "./agent.ts";
import { findBuiltinAgent } from "./builtin-agents.ts";
import type { EffectivePermission } from "./contract.ts";
import { findCustomAgents, type StoredDefinition, saveCustomAgent } from "./custom-agent-repo.ts";
import { effectivePermissions } from "./effective-permissions.ts";
import { parseAgentMarkdown } from "./parse-agent.ts";

interface AgentText {
  readonly workspaceId: WorkspaceId;
  readonly name: string;
  readonly definition: string;
}

export interface AgentPreview {
  readonly problems: readonly DefinitionProblem[];
  /** null when the definition can't be used */
  readonly agent: Agent | null;
  readonly permissions: readonly EffectivePermission[];
}

/** What a definition would be, without saving it: its mistakes, and what such an agent may do in this workspace. */
export async function previewAgent({ workspaceId, name, definition }: AgentText): Promise<AgentPreview> {
  const { value, problems } = parseAgentMarkdown(definition, { name, source: "workspace", path: name });
  const builtin = findBuiltinAgent(name);
  const model = value?.model ? await problemOfModel(workspaceId, name, value.model) : [];
  const hidden = builtin?.hidden
    ? [{ path: name, severity: "error" as const, message: `"${name}" works behind the scenes and can't be replaced.` }]
    : [];
  const rules = await withTenant(workspaceId, (tx) => findPermissionRules(tx, workspaceId));
  const workspace: RuleLayer = { layer: "workspace", rules };
  const whole = value && { ...value, permission: [...(builtin?.permission ?? []), ...value.permission] };
  return { problems: [...problems, ...model, ...hidden], agent: whole, permissions: whole ? effectivePermissions(whole, workspace) : [] };
}

async function problemOfModel(workspaceId: WorkspaceId, path: string, model: string): Promise<DefinitionProblem[]> {
  try {
    await resolveModel(workspaceId, model);
    return [];
  } catch (error) {
    if (error instanceof AppError && error.code === "BAD_REQUEST") return [{ path, severity: "warning", message: error.message }];
    throw error;
  }
}

/**
 * Saves an agent of the workspace; one of this name gets the new text. Strict, where loading is lenient: BAD_REQUEST
 * with the first mistake that would be passed over later.
 */
export async function saveAgent(input: AgentText & { readonly savedBy: string }): Promise<StoredDefinition> {
  const { workspaceId, name, definition, savedBy } = input;
  const { problems, agent } = await previewAgent(input);
  const first = problems[0];
  if (first || !agent) throw new AppError("BAD_REQUEST", first?.message ?? "A disabled agent does not have to be saved: remove it.");
  return withTenant(workspaceId, async (tx) => {
    const known = await findCustomAgents(tx, workspaceId);
    if (known.length >= limits.agent.maxCustomPerWorkspace && !known.some((each) => each.name === name)) {
      throw new AppError("CONFLICT", `A workspace may have ${limits.agent.maxCustomPerWorkspace} agents of its own.`);
    }
    return saveCustomAgent(tx, workspaceId, { name, definition, createdById: savedBy });
  });
}
