import { createSignInLink, ensureUser, findViewer, readSessionToken } from "@opencode/core/modules/auth/index.ts";
import { dangerouslyAcrossTenants } from "@opencode/core/platform/database/database.ts";
import { describe, expect, test } from "vitest";
import { GET, POST } from "../../../apps/web/src/app/api/auth-link/[token]/route.ts";

const typed = { "sec-fetch-site": "none", "sec-fetch-mode": "navigate" };

async function open(url: string, method: "GET" | "POST", headers: Record<string, string> = {}) {
  const token = new URL(url).pathname.split("/").at(-1) ?? "";
  const response = await (method === "GET" ? GET : POST)(new Request(url, { method, headers }), { params: Promise.resolve({ token }) });
  const cookie = response.headers.getSetCookie()[0] ?? null;
  const session = readSessionToken(cookie?.split(";")[0] ?? null);
  return {
    status: response.status,
    location: response.headers.get("location"),
    cookie,
    text: await response.text(),
    viewer: session ? await findViewer(session) : null,
  };
}

async function link(callbackPath?: string) {
  const { id } = await ensureUser({ email: "owner@localhost.test", name: "Owner" });
  return (await createSignInLink({ userId: id, ...(callbackPath ? { callbackPath } : {}) })).url;
}

describe("the one-time sign-in link", () => {
  test("signs in who typed or clicked it himself, once", async () => {
    const url = await link("/w/demo/sessions/ses_1");
    const first = await open(url, "GET", typed);
    expect(first).toMatchObject({
      status: 303,
      location: "http://localhost:21999/w/demo/sessions/ses_1",
      viewer: { email: "owner@localhost.test" },
    });
    expect(first.cookie).toMatch(/^authjs\.session-token=.*HttpOnly; SameSite=Lax; Expires=/);
    expect(await open(url, "GET", typed)).toMatchObject({ status: 410, cookie: null });
    expect(await open(url, "POST", { origin: "http://localhost:21999" })).toMatchObject({ status: 410, cookie: null });
  });

  test("asks first when a page, a prefetch or a scanner opened it", async () => {
    const url = await link();
    for (const headers of [{}, { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }, { ...typed, "sec-purpose": "prefetch" }]) {
      const asked = await open(url, "GET", headers);
      expect(asked).toMatchObject({ status: 200, cookie: null });
      expect(asked.text).toContain("owner@localhost.test");
    }
    expect(await open(url, "POST", { origin: "https://evil.test" })).toMatchObject({ status: 403, cookie: null });
    expect(await open(url, "POST", { origin: "http://localhost:21999" })).toMatchObject({
      status: 303,
      viewer: { email: "owner@localhost.test" },
    });
  });

  test("is used by one of many at the same moment", async () => {
    const url = await link();
    const all = await Promise.all(Array.from({ length: 8 }, () => open(url, "GET", typed)));
    expect(all.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(all.filter(({ cookie }) => cookie !== null)).toHaveLength(1);
  });

  test("is dead when it is too old or was never made, and leads to no other site", async () => {
    const url = await link("//evil.test/x");
    expect(await open(`${url.split("?")[0]}x`, "GET", typed)).toMatchObject({ status: 410 });
    expect((await open(url, "GET", typed)).location).toBe("http://localhost:21999/");
    const old = await link();
    await dangerouslyAcrossTenants("a test lets the links grow old", (tx) =>
      tx.signInLink.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } }),
    );
    expect(await open(old, "GET", typed)).toMatchObject({ status: 410, cookie: null });
    const rows = await dangerouslyAcrossTenants("a test looks for the token", (tx) => tx.signInLink.findMany());
    expect(JSON.stringify(rows)).not.toContain(new URL(old).pathname.split("/").at(-1));
  });
});
