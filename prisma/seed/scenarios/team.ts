/** A workspace with people in every role, an open invitation and API keys. */
import { createSignInLink, ensureUser } from "@opencode/core/modules/auth/index.ts";
import { createApiKey, createInvite, createWorkspace } from "@opencode/core/modules/tenancy/index.ts";
import { withTenant } from "@opencode/core/platform/database/database.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { ensureDemoWorkspace } from "../demo-workspace.ts";
import { owner } from "../owner.ts";
import { printResult } from "../result.ts";

const people = [
  { name: "Ada Park", email: "ada@team.example", role: "admin" },
  { name: "Jonas Weber", email: "jonas@team.example", role: "member" },
  { name: "Mira Okafor", email: "mira@team.example", role: "member" },
  {
    name: "A very long name that a table has to deal with somehow",
    email: "somebody.with.a.very.long.address@team.example",
    role: "viewer",
  },
] as const;

await printResult(async () => {
  const { ownerId } = await ensureDemoWorkspace();
  const workspace = await createWorkspace({ userId: ownerId, name: "Team" });
  const workspaceId = workspace.id;
  const actor = { id: ownerId, ...owner };
  for (const { name, email, role } of people) {
    const { id: userId } = await ensureUser({ email, name });
    await withTenant(workspaceId, (tx) => tx.member.create({ data: { id: newId("member"), workspaceId, userId, role } }));
  }
  await createInvite({ workspaceId, actor, email: "invited@team.example", role: "member" });
  await createApiKey({ workspaceId, actorId: ownerId, name: "CI", scopes: ["sessions:read", "sessions:write"], expiresInDays: 90 });
  await createApiKey({ workspaceId, actorId: ownerId, name: "Dashboard", scopes: ["sessions:read"] });
  const home = `/w/${workspace.slug}`;
  const { url } = await createSignInLink({ userId: ownerId, callbackPath: `${home}/settings/members` });
  return {
    signInUrl: url,
    links: [
      { title: "members", path: `${home}/settings/members` },
      { title: "API keys", path: `${home}/settings/api-keys` },
    ],
  };
});
