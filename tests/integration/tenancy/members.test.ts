import { ensureUser } from "@opencode/core/modules/auth/index.ts";
import { createWorkspace, type Role } from "@opencode/core/modules/tenancy/index.ts";
import { withTenant } from "@opencode/core/platform/database/database.ts";
import { newId, type UserId } from "@opencode/core/platform/ids.ts";
import { describe, expect, test } from "vitest";
import { callProcedure } from "../../tenancy/call-procedure.ts";
import type { Person } from "../../tenancy/two-tenants.ts";

let people = 0;
async function person(): Promise<Person> {
  const email = `person${people++}@example.test`;
  const { id } = await ensureUser({ email, name: email });
  return { id, email, name: email, image: null, cookie: "" };
}

async function workspaceOf(owner: Person) {
  const workspace = await createWorkspace({ userId: owner.id, name: `Team ${owner.email}` });
  const join = async (userId: UserId, role: Role) => {
    const id = newId("member");
    await withTenant(workspace.id, (tx) => tx.member.create({ data: { id, workspaceId: workspace.id, userId, role } }));
    return id;
  };
  const idOf = async (who: Person) =>
    (await withTenant(workspace.id, (tx) => tx.member.findFirstOrThrow({ where: { workspaceId: workspace.id, userId: who.id } }))).id;
  const rolesNow = () =>
    withTenant(workspace.id, (tx) => tx.member.findMany({ where: { workspaceId: workspace.id }, orderBy: { createdAt: "asc" } })).then(
      (rows) => rows.map((row) => row.role),
    );
  return { workspace, slug: workspace.slug, join, idOf, rolesNow };
}

describe("workspaces", () => {
  test("of the same name get slugs of their own; a rename keeps the slug", async () => {
    const owner = await person();
    const [first, second] = [
      await createWorkspace({ userId: owner.id, name: "Acme" }),
      await createWorkspace({ userId: owner.id, name: "Acme" }),
    ];
    expect(first.slug).toBe("acme");
    expect(second.slug).toMatch(/^acme-[0-9a-f]{6}$/);
    const renamed = await callProcedure("workspaces.rename", owner, "acme", { name: "Acme Two" });
    expect(renamed.answer).toMatchObject({ name: "Acme Two", slug: "acme" });
    const list = await callProcedure("workspaces.list", owner, null, undefined);
    expect(list.answer).toMatchObject([{ name: "Acme Two", role: "owner" }, { name: "Acme" }]);
  });

  test("refuses a name without content", async () => {
    expect((await callProcedure("workspaces.create", await person(), null, { name: "   " })).code).toBe("BAD_REQUEST");
  });
});

describe("the last owner", () => {
  test("can't leave, be demoted or be removed", async () => {
    const owner = await person();
    const { slug, idOf } = await workspaceOf(owner);
    const memberId = await idOf(owner);
    expect((await callProcedure("workspaces.leave", owner, slug, undefined)).code).toBe("CONFLICT");
    expect((await callProcedure("members.changeRole", owner, slug, { memberId, role: "admin" })).code).toBe("CONFLICT");
    expect((await callProcedure("members.remove", owner, slug, { memberId })).code).toBe("CONFLICT");
  });

  test.each([
    ["leave", "workspaces.leave", () => undefined],
    ["demote themselves", "members.changeRole", (memberId: string) => ({ memberId, role: "member" })],
  ])("stays when all owners %s at the same moment", async (_name, path, input) => {
    for (let round = 0; round < 5; round++) {
      const owners = [await person(), await person(), await person()] as const;
      const { slug, join, idOf, rolesNow } = await workspaceOf(owners[0]);
      for (const owner of owners.slice(1)) await join(owner.id, "owner");
      const ids = await Promise.all(owners.map(idOf));
      const outcomes = await Promise.all(owners.map((owner, index) => callProcedure(path, owner, slug, input(ids[index] ?? ""))));
      expect(outcomes.map(({ code }) => code).sort()).toEqual(["CONFLICT", "OK", "OK"]);
      expect((await rolesNow()).filter((role) => role === "owner")).toHaveLength(1);
    }
  });

  test("stays when two owners remove each other at the same moment", async () => {
    const [one, two] = [await person(), await person()];
    const { slug, join, idOf, rolesNow } = await workspaceOf(one);
    await join(two.id, "owner");
    const [oneId, twoId] = [await idOf(one), await idOf(two)];
    const outcomes = await Promise.all([
      callProcedure("members.remove", one, slug, { memberId: twoId }),
      callProcedure("members.remove", two, slug, { memberId: oneId }),
    ]);
    expect(outcomes.filter(({ code }) => code === "OK")).toHaveLength(1);
    expect(await rolesNow()).toEqual(["owner"]);
  });
});

describe("an admin", () => {
  test("makes no owners and touches none", async () => {
    const [owner, admin, other] = [await person(), await person(), await person()];
    const { slug, join, idOf } = await workspaceOf(owner);
    const adminId = await join(admin.id, "admin");
    const otherId = await join(other.id, "member");
    const ownerId = await idOf(owner);
    expect((await callProcedure("members.changeRole", admin, slug, { memberId: adminId, role: "owner" })).code).toBe("FORBIDDEN");
    expect((await callProcedure("members.changeRole", admin, slug, { memberId: otherId, role: "owner" })).code).toBe("FORBIDDEN");
    expect((await callProcedure("members.changeRole", admin, slug, { memberId: ownerId, role: "member" })).code).toBe("FORBIDDEN");
    expect((await callProcedure("members.remove", admin, slug, { memberId: ownerId })).code).toBe("FORBIDDEN");
    expect((await callProcedure("invites.create", admin, slug, { email: "new@example.test", role: "owner" })).code).toBe("FORBIDDEN");
    expect((await callProcedure("members.changeRole", admin, slug, { memberId: otherId, role: "viewer" })).code).toBe("OK");
    expect((await callProcedure("members.remove", admin, slug, { memberId: otherId })).code).toBe("OK");
  });
});

describe("audit", () => {
  test("holds each change with its actor, in pages, the newest first", async () => {
    const owner = await person();
    const { slug, workspace } = await workspaceOf(owner);
    for (let index = 0; index < 55; index++) await callProcedure("workspaces.rename", owner, slug, { name: `Name ${index}` });
    const first = await callProcedure("audit.list", owner, slug, {});
    expect(first.answer).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ action: "workspaces.rename", actorName: owner.name })]),
    });
    const cursor: unknown = Reflect.get(Object(first.answer), "nextCursor");
    const second = await callProcedure("audit.list", owner, slug, { cursor });
    expect(second.answer).toMatchObject({ nextCursor: null });
    const items: unknown = Reflect.get(Object(second.answer), "items");
    expect(items).toHaveLength(6);
    const changed = await withTenant(workspace.id, (tx) => tx.auditEntry.updateMany({ data: { action: "nothing" } })).catch(
      (error: Error) => error.message,
    );
    expect(changed).toMatch(/permission denied/);
  });

  test("a change that fails leaves no entry", async () => {
    const owner = await person();
    const { slug, workspace } = await workspaceOf(owner);
    await callProcedure("workspaces.leave", owner, slug, undefined);
    const entries = await withTenant(workspace.id, (tx) => tx.auditEntry.findMany());
    expect(entries.map((entry) => entry.action)).toEqual(["workspaces.create"]);
  });
});
