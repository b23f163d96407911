import { createAuthSession, ensureUser } from "@opencode/core/modules/auth/index.ts";
import { packDiff, saveDiff } from "@opencode/core/modules/repositories/index.ts";
import { setSetupSecret } from "@opencode/core/modules/sandbox/settings/setup-secrets.ts";
import { createSession, submitPrompt } from "@opencode/core/modules/sessions/index.ts";
import { createApiKey, createInvite, createWorkspace, type Role, type WorkspaceView } from "@opencode/core/modules/tenancy/index.ts";
import { dangerouslyAcrossTenants, withTenant } from "@opencode/core/platform/database/database.ts";
import { newId, type RepositoryId, type SessionId, type TurnId, type UserId } from "@opencode/core/platform/ids.ts";
import { seal } from "@opencode/core/platform/secrets.ts";

export interface Person {
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
  readonly image: null;
  /** token of a signed-in browser */
  readonly cookie: string;
}

export interface Tenant {
  readonly workspace: WorkspaceView;
  readonly owner: Person;
  /** all scopes; a second one may only read */
  readonly apiKey: string;
  readonly readKey: string;
  /** a row of each kind that a request can name */
  readonly ids: {
    readonly memberId: string;
    readonly inviteId: string;
    readonly inviteToken: string;
    readonly apiKeyId: string;
    readonly providerKeyId: string;
    readonly customModelId: string;
    readonly budgetId: string;
    readonly repositoryId: RepositoryId;
    readonly sessionId: SessionId;
    readonly turnId: TurnId;
    readonly permissionRequestId: string;
    readonly steerId: string;
    /** of a prompt's picture */
    readonly imagePartId: string;
    readonly questionRequestId: string;
    readonly ruleId: string;
    readonly setupSecretName: string;
    readonly skillId: string;
    readonly searchKeyId: string;
    readonly mcpServerId: string;
    readonly customAgentId: string;
    readonly customCommandId: string;
    readonly compareGroupId: string;
  };
}

async function person(name: string): Promise<Person> {
  const email = `${name.toLowerCase().replaceAll(" ", ".")}@example.test`;
  const { id } = await ensureUser({ email, name });
  const { token } = await createAuthSession(id);
  return { id, email, name, image: null, cookie: `authjs.session-token=${token}` };
}

async function join(workspace: WorkspaceView, who: Person, role: Role): Promise<string> {
  const id = newId("member");
  await withTenant(workspace.id, (tx) => tx.member.create({ data: { id, workspaceId: workspace.id, userId: who.id, role } }));
  return id;
}

/** A workspace with a row of every kind. Its name, and `marker` in every text, show up nowhere but in its own answers. */
async function tenant(marker: string): Promise<Tenant> {
  const owner = await person(`${marker} Owner`);
  const colleague = await person(`${marker} Colleague`);
  const workspace = await createWorkspace({ userId: owner.id, name: `${marker} Works` });
  const workspaceId = workspace.id;
  const memberId = await join(workspace, colleague, "member");
  const invite = await createInvite({ workspaceId, actor: owner, email: `${marker.toLowerCase()}.guest@example.test`, role: "member" });
  const scopes = ["sessions:read", "sessions:write", "repositories:read", "repositories:write"] as const;
  const key = await createApiKey({ workspaceId, actorId: owner.id, name: `${marker} key`, scopes: [...scopes] });
  const readKey = await createApiKey({
    workspaceId,
    actorId: owner.id,
    name: `${marker} read`,
    scopes: ["sessions:read", "repositories:read"],
  });
  const mcpServerId = newId("mcpServer");
  const [customAgentId, customCommandId, compareGroupId] = [newId("customAgent"), newId("customCommand"), newId("compareGroup")];
  const [customModelId, budgetId] = [newId("customModel"), newId("budget")];
  const [repositoryId, providerKeyId, ruleId] = [newId("repository"), newId("providerKey"), newId("permissionRule")];
  await withTenant(workspaceId, async (tx) => {
    const createdById = owner.id;
    await tx.repository.create({
      data: {
        id: repositoryId,
        workspaceId,
        name: `${marker}-repo`,
        kind: "local",
        location: `/nowhere/${marker}`,
        state: "ready",
        createdById,
      },
    });
    const sealed = seal(`${marker}-provider-secret`, providerKeyId);
    await tx.providerKey.create({
      data: {
        id: providerKeyId,
        workspaceId,
        provider: "openai-compatible",
        label: `${marker} key`,
        sealed,
        hint: "cret",
        baseUrl: "http://127.0.0.1:1",
        createdById,
      },
    });
    await tx.customModel.create({
      data: { id: customModelId, workspaceId, modelId: `${marker.toLowerCase()}/model`, label: `${marker} model`, createdById },
    });
    await tx.budget.create({
      data: { id: budgetId, workspaceId, scope: "member", period: "month", limitMicros: 1_000_000_000n, createdById },
    });
    await tx.mcpServer.create({
      data: {
        ...{ id: mcpServerId, workspaceId, name: `${marker.toLowerCase()}-server`, kind: "http", url: `http://127.0.0.1:1/${marker}` },
        ...{ configHash: "0".repeat(64), approvedById: createdById, createdById },
        tools: [{ name: "probe", description: marker, inputSchema: { type: "object", title: marker } }],
      },
    });
    await tx.compareGroup.create({
      data: { id: compareGroupId, workspaceId, repositoryId, title: marker, prompt: `${marker} compares`, createdById },
    });
    const text = { workspaceId, name: "own", definition: `${marker} knows what`, createdById };
    await tx.customAgent.create({ data: { id: customAgentId, ...text } });
    await tx.customCommand.create({ data: { id: customCommandId, ...text } });
    await tx.permissionRule.create({
      data: { id: ruleId, workspaceId, permission: "bash", pattern: `${marker} *`, action: "allow", createdById },
    });
  });
  const setupSecretName = `${marker.toUpperCase()}_TOKEN`;
  await setSetupSecret({ workspaceId, actorId: owner.id, name: setupSecretName, value: `${marker}-setup-secret` });
  const [skillId, searchKeyId] = [newId("skill"), newId("searchKey")];
  await withTenant(workspaceId, async (tx) => {
    const text = { description: `${marker} knows when`, body: `${marker} knows how` };
    const own = { workspaceId, createdById: owner.id };
    await tx.skill.create({ data: { id: skillId, name: "own-skill", ...text, ...own, updatedById: owner.id } });
    const content = Buffer.from(`${marker} has a file`);
    await tx.skillFile.create({
      data: { id: newId("skillFile"), workspaceId, skillId, path: "notes.md", content, sizeBytes: content.length },
    });
    const sealed = seal(`${marker}-search-secret`, searchKeyId);
    await tx.searchKey.create({ data: { id: searchKeyId, provider: "searxng", sealed, hint: "", baseUrl: "http://127.0.0.1:1", ...own } });
  });
  const actor = { kind: "user", id: owner.id } as const;
  const { sessionId } = await createSession({ workspaceId, repositoryId, actor, origin: "browser" });
  const { turnId } = await submitPrompt({ workspaceId, sessionId, prompt: `${marker} secret plan` });
  const [permissionRequestId, steerId, imagePartId] = [newId("permissionRequest"), newId("steer"), newId("part")];
  const questionRequestId = newId("permissionRequest");
  const patch = `diff --git a/x.md b/x.md\n--- a/x.md\n+++ b/x.md\n@@ -1 +1 @@\n-old\n+${marker} patch\n`;
  const file = { path: "x.md", oldPath: null, status: "modified" as const, binary: false, additions: 1, deletions: 1, patch };
  const diff = { baseCommit: "0".repeat(40), treeId: "1".repeat(40), files: [file], additions: 1, deletions: 1 };
  const packed = await packDiff({ diff, patch });
  await withTenant(workspaceId, async (tx) => {
    const target = `${marker} --danger`;
    const content = new TextEncoder().encode(`${marker} picture`);
    await tx.partImage.create({ data: { partId: imagePartId, ordinal: 0, workspaceId, sessionId, mime: "image/png", content } });
    await tx.steerMessage.create({ data: { id: steerId, workspaceId, sessionId, turnId, text: `${marker} aside` } });
    await tx.permissionRequest.create({
      data: {
        id: permissionRequestId,
        workspaceId,
        sessionId,
        turnId,
        callId: "call_1",
        permission: "bash",
        target,
        alwaysRule: `${marker} *`,
      },
    });
    const questions = [{ question: `${marker} wonders?`, header: "Probe", options: [], multiple: false }];
    const asked = { id: questionRequestId, workspaceId, sessionId, turnId, callId: "call_2", permission: "question" };
    await tx.permissionRequest.create({ data: { ...asked, target: `${marker} wonders?`, alwaysRule: "*", questions } });
    await saveDiff(tx, { workspaceId, sessionId }, packed);
  });
  const inviteToken = invite.inviteUrl.split("/").at(-1) ?? "";
  const ids = {
    memberId,
    inviteId: invite.id,
    inviteToken,
    apiKeyId: key.id,
    providerKeyId,
    customModelId,
    budgetId,
    repositoryId,
    sessionId,
    turnId,
    permissionRequestId,
    steerId,
    imagePartId,
    questionRequestId,
    ruleId,
    setupSecretName,
    skillId,
    searchKeyId,
    mcpServerId,
    customAgentId,
    customCommandId,
    compareGroupId,
  };
  return { workspace, owner, apiKey: key.key, readKey: readKey.key, ids };
}

export interface TwoTenants {
  readonly victim: Tenant;
  readonly attacker: Tenant;
  /** of the victim's workspace */
  readonly viewer: Person;
  /** was a member of the victim's workspace; still signed in */
  readonly removed: Person;
}

export async function twoTenants(): Promise<TwoTenants> {
  const victim = await tenant("Victoria");
  const attacker = await tenant("Mallory");
  const [viewer, removed] = [await person("Vera Viewer"), await person("Rem Removed")];
  await join(victim.workspace, viewer, "viewer");
  const removedId = await join(victim.workspace, removed, "member");
  await withTenant(victim.workspace.id, (tx) => tx.member.deleteMany({ where: { id: removedId } }));
  return { victim, attacker, viewer, removed };
}

/** What must never stand in an answer to somebody else. Ids that the attacker sent himself may come back in an error. */
export function findLeak(answer: unknown): string | null {
  const text =
    typeof answer === "string"
      ? answer
      : (JSON.stringify(answer, (_key, value) => (typeof value === "bigint" ? String(value) : value)) ?? "");
  return /victoria.{0,40}/i.exec(text)?.[0] ?? null;
}

/** Everything that the victim's workspace holds, to compare before and after an attack. */
export async function contentsOf(tenantOf: Tenant): Promise<string> {
  const where = { workspaceId: tenantOf.workspace.id };
  const rows = await dangerouslyAcrossTenants("a test compares a whole workspace", async (tx) => [
    await tx.workspace.findUnique({ where: { id: tenantOf.workspace.id } }),
    await tx.member.findMany({ where, orderBy: { id: "asc" } }),
    await tx.invite.findMany({ where, orderBy: { id: "asc" } }),
    await tx.apiKey.findMany({ where, orderBy: { id: "asc" }, omit: { lastUsedAt: true } }),
    await tx.auditEntry.count({ where }),
    await tx.providerKey.findMany({ where, orderBy: { id: "asc" } }),
    await tx.customModel.findMany({ where, orderBy: { id: "asc" } }),
    await tx.modelSettings.findMany({ where }),
    await tx.budget.findMany({ where, orderBy: { id: "asc" } }),
    await tx.repository.findMany({ where, orderBy: { id: "asc" } }),
    await tx.session.findMany({ where, orderBy: { id: "asc" } }),
    await tx.turn.findMany({ where, orderBy: { id: "asc" } }),
    await tx.sessionEvent.count({ where }),
    await tx.permissionRequest.findMany({ where, orderBy: { id: "asc" } }),
    await tx.permissionRule.findMany({ where, orderBy: { id: "asc" } }),
    await tx.customAgent.findMany({ where, orderBy: { id: "asc" } }),
    await tx.customCommand.findMany({ where, orderBy: { id: "asc" } }),
    await tx.compareGroup.findMany({ where, orderBy: { id: "asc" } }),
    await tx.skill.findMany({ where, orderBy: { id: "asc" } }),
    await tx.searchKey.findMany({ where, orderBy: { id: "asc" } }),
    await tx.outboxEvent.count({ where }),
    await tx.idempotencyRecord.count({ where }),
  ]);
  return JSON.stringify(rows, (_key, value) => (typeof value === "bigint" ? String(value) : value));
}
