import type { Tenant } from "./two-tenants.ts";

type Ids = Tenant["ids"];

export interface ProcedureProbe {
  /** `public`: nobody signed in · `user`: a person, no workspace · `workspace`: a member */
  readonly for: "public" | "user" | "workspace";
  /** a valid input that names rows of the given tenant */
  readonly input?: (ids: Ids) => unknown;
  /** whether the input names a row: then it is NOT_FOUND from another workspace */
  readonly namesRows?: true;
  /** may a viewer of the workspace do it? */
  readonly viewer?: "may" | "may not";
}

const session = (ids: Ids) => ({ sessionId: ids.sessionId });
const message = (ids: Ids) => ({ ...session(ids), messageId: "msg_00000000000000000000000000000000" });
const mcpServer = (ids: Ids) => ({ serverId: ids.mcpServerId });
const repository = (ids: Ids) => ({ repositoryId: ids.repositoryId });

/** One probe for each procedure of the router; a procedure without one fails the suite. */
export const procedureProbes: Readonly<Record<string, ProcedureProbe>> = {
  "auth.me": { for: "public" },

  "workspaces.list": { for: "user" },
  "workspaces.create": { for: "user", input: () => ({ name: "Probe" }) },
  "workspaces.get": { for: "workspace", viewer: "may" },
  "workspaces.rename": { for: "workspace", input: () => ({ name: "Renamed" }), viewer: "may not" },
  // A viewer may leave; asked last, and with a viewer of its own.
  "workspaces.leave": { for: "workspace", viewer: "may" },

  "members.list": { for: "workspace", viewer: "may" },
  "members.changeRole": {
    for: "workspace",
    input: (ids) => ({ memberId: ids.memberId, role: "viewer" }),
    namesRows: true,
    viewer: "may not",
  },
  "members.remove": { for: "workspace", input: (ids) => ({ memberId: ids.memberId }), namesRows: true, viewer: "may not" },

  "invites.list": { for: "workspace", viewer: "may not" },
  "invites.create": { for: "workspace", input: () => ({ email: "probe@example.test", role: "viewer" }), viewer: "may not" },
  "invites.revoke": { for: "workspace", input: (ids) => ({ inviteId: ids.inviteId }), namesRows: true, viewer: "may not" },
  // The token is the right: whoever holds it sees what it is for. An unknown one is NOT_FOUND.
  "invites.preview": { for: "public", input: () => ({ token: "an-unknown-token-of-sufficient-length" }) },
  "invites.accept": { for: "user", input: (ids) => ({ token: ids.inviteToken }) },

  "apiKeys.list": { for: "workspace", viewer: "may not" },
  "apiKeys.create": { for: "workspace", input: () => ({ name: "probe", scopes: ["sessions:read"] }), viewer: "may not" },
  "apiKeys.revoke": { for: "workspace", input: (ids) => ({ apiKeyId: ids.apiKeyId }), namesRows: true, viewer: "may not" },

  "audit.list": { for: "workspace", viewer: "may not" },

  "providers.models": { for: "workspace", viewer: "may" },
  "providers.keys": { for: "workspace", viewer: "may" },
  "providers.providers": { for: "workspace", viewer: "may" },
  "providers.offered": { for: "workspace", viewer: "may not" },
  "providers.refreshModels": { for: "workspace", viewer: "may not" },
  "providers.circuits": { for: "workspace", viewer: "may" },
  "providers.settings": { for: "workspace", viewer: "may" },
  "providers.setSettings": {
    for: "workspace",
    input: () => ({ rules: [], chains: [], unknownPrice: "count-zero", maxConcurrentCalls: null }),
    viewer: "may not",
  },
  "providers.customModels": { for: "workspace", viewer: "may" },
  "providers.saveModel": {
    for: "workspace",
    input: () => ({
      modelId: "team-box/probe",
      label: "Probe",
      contextTokens: null,
      maxOutputTokens: null,
      price: null,
      abilities: { tools: null, images: null, reasoning: null, structuredOutput: null },
    }),
    viewer: "may not",
  },
  "providers.removeModel": { for: "workspace", input: (ids) => ({ id: ids.customModelId }), namesRows: true, viewer: "may not" },
  "billing.usage": { for: "workspace", input: () => ({ days: 30 }), viewer: "may" },
  "billing.exportCsv": { for: "workspace", input: () => ({ days: 30 }), viewer: "may" },
  "billing.budgets": { for: "workspace", viewer: "may" },
  "billing.warnings": { for: "workspace", input: (ids) => ({ sessionId: ids.sessionId }), namesRows: true, viewer: "may" },
  "billing.saveBudget": {
    for: "workspace",
    input: (ids) => ({ scope: "session", subjectId: ids.sessionId, period: "total", limitMicros: 5_000_000 }),
    namesRows: true,
    viewer: "may not",
  },
  "billing.removeBudget": { for: "workspace", input: (ids) => ({ budgetId: ids.budgetId }), namesRows: true, viewer: "may not" },
  "providers.guidedTasks": { for: "workspace", viewer: "may" },
  "providers.addKey": {
    for: "workspace",
    input: () => ({ provider: "openai-compatible", label: "probe", key: "sk-probe", baseUrl: "http://127.0.0.1:1" }),
    viewer: "may not",
  },
  "providers.testKey": { for: "workspace", input: (ids) => ({ keyId: ids.providerKeyId }), namesRows: true, viewer: "may not" },
  "providers.revokeKey": { for: "workspace", input: (ids) => ({ keyId: ids.providerKeyId }), namesRows: true, viewer: "may not" },

  "repositories.list": { for: "workspace", viewer: "may" },
  "repositories.capabilities": { for: "workspace", viewer: "may" },
  "repositories.get": { for: "workspace", input: repository, namesRows: true, viewer: "may" },
  "repositories.connect": { for: "workspace", input: () => ({ kind: "local", path: "/nowhere/probe" }), viewer: "may not" },
  "repositories.refresh": { for: "workspace", input: repository, namesRows: true, viewer: "may not" },
  "repositories.remove": { for: "workspace", input: repository, namesRows: true, viewer: "may not" },

  "previews.ports": { for: "workspace", input: session, namesRows: true, viewer: "may" },
  "previews.open": { for: "workspace", input: (ids) => ({ ...session(ids), port: 3000 }), namesRows: true, viewer: "may not" },
  "sandboxes.get": { for: "workspace", input: session, namesRows: true, viewer: "may" },
  "sandboxes.rebuild": { for: "workspace", input: session, namesRows: true, viewer: "may not" },
  "sandboxes.policy.get": { for: "workspace", viewer: "may" },
  "sandboxes.policy.update": { for: "workspace", input: () => ({ network: "none" }), viewer: "may not" },
  "sandboxes.secrets.list": { for: "workspace", viewer: "may" },
  "sandboxes.secrets.set": { for: "workspace", input: () => ({ name: "PROBE_TOKEN", value: "a probe's value" }), viewer: "may not" },
  "sandboxes.secrets.remove": { for: "workspace", input: (ids) => ({ name: ids.setupSecretName }), namesRows: true, viewer: "may not" },

  "sessions.list": { for: "workspace", input: () => ({}), viewer: "may" },
  "sessions.create": { for: "workspace", input: (ids) => ({ ...repository(ids), prompt: "probe" }), namesRows: true, viewer: "may not" },
  "sessions.get": { for: "workspace", input: session, namesRows: true, viewer: "may" },
  "sessions.submitPrompt": { for: "workspace", input: (ids) => ({ ...session(ids), prompt: "probe" }), namesRows: true, viewer: "may not" },
  "sessions.steer": { for: "workspace", input: (ids) => ({ ...session(ids), prompt: "probe" }), namesRows: true, viewer: "may not" },
  "sessions.withdrawSteer": {
    for: "workspace",
    input: (ids) => ({ ...session(ids), steerId: ids.steerId }),
    namesRows: true,
    viewer: "may not",
  },
  "sessions.compact": { for: "workspace", input: session, namesRows: true, viewer: "may not" },
  "sessions.abort": { for: "workspace", input: session, namesRows: true, viewer: "may not" },
  "sessions.answerPermission": {
    for: "workspace",
    input: (ids) => ({ ...session(ids), requestId: ids.permissionRequestId, reply: "once" }),
    namesRows: true,
    viewer: "may not",
  },
  "sessions.retryTurn": { for: "workspace", input: (ids) => ({ ...session(ids), turnId: ids.turnId }), namesRows: true, viewer: "may not" },
  "sessions.rename": { for: "workspace", input: (ids) => ({ ...session(ids), title: "probe" }), namesRows: true, viewer: "may not" },
  "sessions.archive": { for: "workspace", input: session, namesRows: true, viewer: "may not" },
  "sessions.run": { for: "workspace", input: (ids) => ({ ...session(ids), turnId: ids.turnId }), namesRows: true, viewer: "may" },
  "sessions.diff": { for: "workspace", input: session, namesRows: true, viewer: "may" },

  "skills.list": { for: "workspace", viewer: "may" },
  "skills.get": { for: "workspace", input: (ids) => ({ skillId: ids.skillId }), namesRows: true, viewer: "may" },
  "skills.ofRepository": { for: "workspace", input: repository, namesRows: true, viewer: "may" },
  "skills.create": {
    for: "workspace",
    input: () => ({ name: "probe-skill", description: "Probes.", body: "Probe." }),
    viewer: "may not",
  },
  "skills.update": {
    for: "workspace",
    input: (ids) => ({ skillId: ids.skillId, version: 1, change: { enabled: false } }),
    namesRows: true,
    viewer: "may not",
  },
  "skills.upload": {
    for: "workspace",
    input: () => ({
      files: [{ path: "SKILL.md", content: Buffer.from("---\nname: probe-upload\ndescription: P.\n---\nP.").toString("base64") }],
    }),
    viewer: "may not",
  },
  "skills.file": { for: "workspace", input: (ids) => ({ skillId: ids.skillId, path: "notes.md" }), namesRows: true, viewer: "may" },
  "skills.remove": { for: "workspace", input: (ids) => ({ skillId: ids.skillId }), namesRows: true, viewer: "may not" },

  "searchKeys.list": { for: "workspace", viewer: "may" },
  "searchKeys.add": { for: "workspace", input: () => ({ provider: "searxng", baseUrl: "http://127.0.0.1:1" }), viewer: "may not" },
  "searchKeys.remove": { for: "workspace", input: (ids) => ({ keyId: ids.searchKeyId }), namesRows: true, viewer: "may not" },

  "sessionFiles.list": { for: "workspace", input: (ids) => ({ ...session(ids), path: "" }), namesRows: true, viewer: "may" },
  "sessionFiles.read": { for: "workspace", input: (ids) => ({ ...session(ids), path: "a.txt" }), namesRows: true, viewer: "may" },
  "sessionFiles.search": { for: "workspace", input: (ids) => ({ ...session(ids), text: "probe" }), namesRows: true, viewer: "may" },

  "sessionWork.previewRevert": { for: "workspace", input: message, namesRows: true, viewer: "may not" },
  "sessionWork.revert": { for: "workspace", input: message, namesRows: true, viewer: "may not" },
  "sessionWork.unrevert": { for: "workspace", input: session, namesRows: true, viewer: "may not" },
  "sessionWork.fork": { for: "workspace", input: session, namesRows: true, viewer: "may not" },
  "sessionWork.push": { for: "workspace", input: session, namesRows: true, viewer: "may not" },

  "policy.get": { for: "workspace", viewer: "may" },
  "policy.platform": { for: "workspace", viewer: "may" },
  "policy.repositories": { for: "workspace", viewer: "may" },
  "policy.dryRun": {
    for: "workspace",
    input: () => ({ policy: [{ permission: "bash", pattern: "*", action: "deny" }] }),
    viewer: "may not",
  },
  "policy.save": {
    for: "workspace",
    input: () => ({ rules: [{ permission: "bash", pattern: "probe *", action: "deny" }], version: 0 }),
    viewer: "may not",
  },

  "sessions.answerQuestion": {
    for: "workspace",
    input: (ids) => ({ ...session(ids), requestId: ids.questionRequestId, answers: [["probe"]] }),
    namesRows: true,
    viewer: "may not",
  },
  "sessions.children": { for: "workspace", input: session, namesRows: true, viewer: "may" },

  "compare.create": {
    for: "workspace",
    input: (ids) => ({ ...repository(ids), prompt: "probe", attempts: [{}, {}] }),
    namesRows: true,
    viewer: "may not",
  },
  "compare.get": { for: "workspace", input: (ids) => ({ groupId: ids.compareGroupId }), namesRows: true, viewer: "may" },
  "compare.choose": {
    for: "workspace",
    input: (ids) => ({ groupId: ids.compareGroupId, sessionId: null }),
    namesRows: true,
    viewer: "may not",
  },

  "agents.list": { for: "workspace", input: repository, namesRows: true, viewer: "may" },
  "agents.preview": { for: "workspace", input: () => ({ name: "probe", definition: "Probe." }), viewer: "may" },
  "agents.save": {
    for: "workspace",
    input: () => ({ name: "probe", definition: "---\ndescription: probe\n---\nProbe." }),
    viewer: "may not",
  },
  "agents.remove": { for: "workspace", input: (ids) => ({ agentId: ids.customAgentId }), namesRows: true, viewer: "may not" },
  "agents.commands": { for: "workspace", input: repository, namesRows: true, viewer: "may" },
  "agents.saveCommand": { for: "workspace", input: () => ({ name: "probe", definition: "Probe." }), viewer: "may not" },
  "agents.removeCommand": { for: "workspace", input: (ids) => ({ commandId: ids.customCommandId }), namesRows: true, viewer: "may not" },
  "agents.files": { for: "workspace", input: (ids) => ({ ...repository(ids), query: "probe" }), namesRows: true, viewer: "may" },

  "permissionRules.list": { for: "workspace", viewer: "may" },
  "permissionRules.create": {
    for: "workspace",
    input: () => ({ permission: "bash", pattern: "probe *", action: "allow" }),
    viewer: "may not",
  },
  "mcp.list": { for: "workspace", viewer: "may" },
  "mcp.toolInput": { for: "workspace", input: (ids) => ({ ...mcpServer(ids), tool: "probe" }), namesRows: true, viewer: "may" },
  "mcp.add": {
    for: "workspace",
    input: () => ({ name: "probe", target: { kind: "http", url: "http://127.0.0.1:1/mcp" } }),
    viewer: "may not",
  },
  "mcp.test": { for: "workspace", input: mcpServer, namesRows: true, viewer: "may not" },
  "mcp.change": { for: "workspace", input: (ids) => ({ ...mcpServer(ids), enabled: false }), namesRows: true, viewer: "may not" },
  "mcp.approve": {
    for: "workspace",
    input: (ids) => ({ ...mcpServer(ids), configHash: "0".repeat(64) }),
    namesRows: true,
    viewer: "may not",
  },
  "mcp.startSignIn": { for: "workspace", input: mcpServer, namesRows: true, viewer: "may not" },
  "mcp.finishSignIn": {
    for: "workspace",
    input: (ids) => ({ ...mcpServer(ids), secret: "secret", code: "code" }),
    namesRows: true,
    viewer: "may not",
  },
  "mcp.remove": { for: "workspace", input: mcpServer, namesRows: true, viewer: "may not" },

  "permissionRules.remove": { for: "workspace", input: (ids) => ({ ruleId: ids.ruleId }), namesRows: true, viewer: "may not" },
};
