import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Person } from "../../tenancy/two-tenants.ts";

process.env.DATA_DIR = await mkdtemp(join(tmpdir(), "opencode-mails-"));
const { ensureUser } = await import("@opencode/core/modules/auth/index.ts");
const { createWorkspace } = await import("@opencode/core/modules/tenancy/index.ts");
const { withTenant } = await import("@opencode/core/platform/database/database.ts");
const { readOutbox } = await import("@opencode/core/platform/mail/outbox.ts");
const { callProcedure } = await import("../../tenancy/call-procedure.ts");

let owner: Person;
let slug: string;
let workspaceId: Awaited<ReturnType<typeof createWorkspace>>["id"];

async function person(email: string): Promise<Person> {
  const { id } = await ensureUser({ email });
  return { id, email, name: email, image: null, cookie: "" };
}

beforeAll(async () => {
  owner = await person("owner@example.test");
  const workspace = await createWorkspace({ userId: owner.id, name: "Inviting" });
  [slug, workspaceId] = [workspace.slug, workspace.id];
});

async function invite(email: string, role = "member"): Promise<{ id: string; token: string }> {
  const { code, answer } = await callProcedure("invites.create", owner, slug, { email, role });
  expect(code, JSON.stringify(answer)).toBe("OK");
  const [id, url]: unknown[] = [Reflect.get(Object(answer), "id"), Reflect.get(Object(answer), "inviteUrl")];
  return { id: String(id), token: String(url).split("/").at(-1) ?? "" };
}

describe("an invitation", () => {
  test("is mailed, previewed and accepted once", async () => {
    const { token } = await invite("New.Person@Example.test", "viewer");
    const [mail] = await readOutbox();
    expect(mail).toMatchObject({ to: "new.person@example.test" });
    expect(mail?.text).toContain(token);

    const guest = await person("new.person@example.test");
    const preview = await callProcedure("invites.preview", null, null, { token });
    expect(preview.answer).toEqual({ workspaceName: "Inviting", email: guest.email, role: "viewer", invitedByName: "owner@example.test" });

    const both = await Promise.all([
      callProcedure("invites.accept", guest, null, { token }),
      callProcedure("invites.accept", guest, null, { token }),
    ]);
    expect(both.map(({ code }) => code).sort()).toEqual(["CONFLICT", "OK"]);
    expect((await callProcedure("workspaces.get", guest, slug, undefined)).answer).toMatchObject({ role: "viewer" });
    expect((await callProcedure("invites.accept", guest, null, { token })).code).toBe("CONFLICT");
    expect((await callProcedure("invites.create", owner, slug, { email: guest.email, role: "member" })).code).toBe("CONFLICT");
  });

  test("is refused to somebody with another address", async () => {
    const { token } = await invite("right@example.test");
    const wrong = await person("wrong@example.test");
    const { code, answer } = await callProcedure("invites.accept", wrong, null, { token });
    expect(code).toBe("FORBIDDEN");
    expect(answer).toContain("right@example.test");
    expect((await callProcedure("workspaces.get", wrong, slug, undefined)).code).toBe("NOT_FOUND");
  });

  test("that was withdrawn or has expired is dead, and so is an unknown one", async () => {
    const guest = await person("late@example.test");
    const revoked = await invite(guest.email);
    expect((await callProcedure("invites.revoke", owner, slug, { inviteId: revoked.id })).code).toBe("OK");
    expect((await callProcedure("invites.revoke", owner, slug, { inviteId: revoked.id })).code).toBe("NOT_FOUND");
    expect(await callProcedure("invites.accept", guest, null, { token: revoked.token })).toMatchObject({
      code: "CONFLICT",
      answer: expect.stringContaining("withdrawn"),
    });

    const expired = await invite(guest.email);
    await withTenant(workspaceId, (tx) =>
      tx.invite.updateMany({ where: { id: expired.id }, data: { expiresAt: new Date(Date.now() - 1_000) } }),
    );
    expect(await callProcedure("invites.accept", guest, null, { token: expired.token })).toMatchObject({
      code: "CONFLICT",
      answer: expect.stringContaining("expired"),
    });
    expect((await callProcedure("invites.preview", null, null, { token: `${expired.token.slice(0, -4)}AAAA` })).code).toBe("NOT_FOUND");
  });

  test("sent anew replaces the one before", async () => {
    const first = await invite("again@example.test");
    const second = await invite("again@example.test", "admin");
    const guest = await person("again@example.test");
    expect((await callProcedure("invites.accept", guest, null, { token: first.token })).code).toBe("CONFLICT");
    const list = await callProcedure("invites.list", owner, slug, undefined);
    expect(JSON.stringify(list.answer).match(/again@example.test/g)).toHaveLength(1);
    expect((await callProcedure("invites.accept", guest, null, { token: second.token })).answer).toMatchObject({ role: "admin", slug });
  });

  test("keeps only the token's hash", async () => {
    const { token } = await invite("hash@example.test");
    const rows = await withTenant(workspaceId, (tx) => tx.invite.findMany());
    expect(JSON.stringify(rows)).not.toContain(token);
  });
});
