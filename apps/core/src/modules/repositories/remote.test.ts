import { describe, expect, test, vi } from "vitest";

vi.stubEnv("SINGLE_MACHINE", "false");
const { connectRepository } = await import("./connect-repository.ts");
const { currentAddress, nameOfAddress, splitAddress, urlRemote } = await import("./remote.ts");
const { localRemote } = await import("./sync-mirror.ts");
const { newId } = await import("../../platform/ids.ts");

describe("on a machine that serves many", () => {
  test.each([
    "https://127.0.0.1/x.git",
    "https://10.0.0.8/x",
    "https://169.254.169.254/latest",
    "https://[::1]/x.git",
    "https://localhost/x.git",
  ])("%s is no repository's address", async (address) => {
    await expect(urlRemote(address, null)).rejects.toMatchObject({
      code: "BAD_REQUEST",
      message: expect.stringContaining("not a public address"),
    });
  });

  test("neither local paths nor plain http", async () => {
    const scope = { workspaceId: newId("workspace"), actorId: newId("user") };
    await expect(localRemote("/tmp")).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(connectRepository(scope, { kind: "local", path: "/tmp" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(connectRepository(scope, { kind: "url", url: "http://example.com/x.git" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});

describe("addresses", () => {
  test.each([
    ["https://example.com/a/b.git", "https://example.com/a/b.git", null],
    ["https://token@example.com/a/b/", "https://example.com/a/b", "token"],
    ["https://me:se%20cret@example.com/a/b?x=1#y", "https://example.com/a/b", "me:se cret"],
    ["https://:pass@example.com/a", "https://example.com/a", "pass"],
    ["https://me:50%off%21@example.com/a", "https://example.com/a", "me:50%off!"],
    ["https://me:gr\u00fcn@example.com/a", "https://example.com/a", "me:gr\u00fcn"],
  ])("%s", (typed, address, token) => {
    expect(splitAddress(typed)).toEqual({ address, token });
  });

  test("names", () => {
    expect(nameOfAddress("https://example.com/team/app.git")).toBe("app");
    expect(nameOfAddress("/home/me/app/.git")).toBe("app");
    expect(nameOfAddress("https://example.com/%E0%A4%A")).toBe("%E0%A4%A");
    expect(nameOfAddress("https://example.com")).toBe("example.com");
  });
});

describe("a repository that has moved", () => {
  const moved = (to: string) => async (url: string) =>
    url.startsWith("https://example.com/old/")
      ? new Response(null, { status: 301, headers: { location: to } })
      : new Response(null, { status: 401 });
  const query = "/info/refs?service=git-upload-pack";

  test.each([
    ["to another path", `/new.git${query}`, "https://example.com/new.git"],
    ["to another host", `https://other.example${query}`, "https://other.example"],
    ["to no repository", "https://other.example/login", "https://example.com/old"],
    ["to plain http", `http://other.example/x${query}`, "https://example.com/old"],
    ["with credentials", `https://a:b@other.example/x${query}`, "https://example.com/old"],
    ["in a circle", `https://example.com/old${query}`, "https://example.com/old"],
  ])("%s", async (_, to, address) => {
    expect(await currentAddress("https://example.com/old", moved(to))).toBe(address);
  });

  test("or whose server does not answer stays where it is", async () => {
    expect(await currentAddress("https://example.com/old", () => Promise.reject(new Error("down")))).toBe("https://example.com/old");
  });
});
