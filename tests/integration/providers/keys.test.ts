import { LLMock } from "@copilotkit/aimock";
import type { ModelEvent } from "@opencode/core/modules/providers/contract.ts";
import { listModels, ProviderError, providersRouter, resolveModel, streamModel } from "@opencode/core/modules/providers/index.ts";
import { createCallerFactory } from "@opencode/core/modules/tenancy/index.ts";
import { dangerouslyAcrossTenants } from "@opencode/core/platform/database/database.ts";
import { newId, type UserId, type WorkspaceId } from "@opencode/core/platform/ids.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { prompt, requestOf, secretKey } from "./call-source.ts";
import { type RawServer, rawServer, sendEvents } from "./raw-server.ts";

const mock = new LLMock({ port: 0, auth: { apiKeys: [secretKey] } });
const servers: RawServer[] = [];

beforeAll(() => mock.start());
afterAll(() => mock.stop());
afterEach(async () => {
  mock.clearFixtures();
  for (const server of servers.splice(0)) await server.close();
});

async function serve(...args: Parameters<typeof rawServer>): Promise<RawServer> {
  const server = await rawServer(...args);
  servers.push(server);
  return server;
}

const across = <T>(work: Parameters<typeof dangerouslyAcrossTenants<T>>[1]) =>
  dangerouslyAcrossTenants("a test looks at every tenant", work);

async function workspaceWith(role: string): Promise<{ workspaceId: WorkspaceId; userId: UserId; caller: ReturnType<typeof callerOf> }> {
  const [workspaceId, userId] = [newId("workspace"), newId("user")];
  const slug = `w-${workspaceId.slice(-12)}`;
  await across(async (tx) => {
    await tx.user.create({ data: { id: userId, email: `${userId}@example.com` } });
    await tx.workspace.create({ data: { id: workspaceId, slug, name: "W" } });
    await tx.member.create({ data: { id: newId("member"), workspaceId, userId, role } });
  });
  return { workspaceId, userId, caller: callerOf(userId, slug) };
}

function callerOf(userId: UserId, slug: string) {
  const user = { id: userId, email: "a@example.com", name: "A" };
  return createCallerFactory(providersRouter)({ user, unverifiedWorkspaceSlug: slug, requestId: "req_test" } as never);
}

let owner: Awaited<ReturnType<typeof workspaceWith>>;
beforeEach(async () => {
  owner = await workspaceWith("owner");
});

const anthropicKey = (overrides: Record<string, unknown> = {}) => ({
  provider: "anthropic" as const,
  label: "Ours",
  key: secretKey,
  baseUrl: mock.url,
  ...overrides,
});

describe("without any key", () => {
  it("there is the demo model, and the page is told so", async () => {
    const list = await owner.caller.models();
    expect(list).toMatchObject({ defaultModel: "demo", demoOnly: true, models: [{ id: "demo", source: "demo" }] });
    expect(await owner.caller.guidedTasks()).toHaveLength(3);
    expect((await resolveModel(owner.workspaceId)).info.id).toBe("demo");
  });

  it("an unknown model is refused with what there is", async () => {
    await expect(resolveModel(owner.workspaceId, "anthropic/claude-sonnet-5-5")).rejects.toThrow(
      'The model "anthropic/claude-sonnet-5-5" is not available in this workspace. Take one of: demo.',
    );
    for (const id of ["", "/", "nonsense", "demo/x"])
      await expect(resolveModel(owner.workspaceId, id)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});

describe("adding a key", () => {
  it("stores it sealed, never shows it, and offers the provider's models", async () => {
    const view = await owner.caller.addKey(anthropicKey());
    expect(view).toMatchObject({ provider: "anthropic", label: "Ours", hint: "cdef", status: "valid", lastError: null });
    expect(JSON.stringify([view, await owner.caller.keys()])).not.toContain(secretKey);
    const row = await across((tx) => tx.providerKey.findFirstOrThrow({ where: { id: view.id } }));
    expect(Buffer.from(row.sealed).includes(secretKey)).toBe(false);
    const audit = await across((tx) => tx.auditEntry.findMany({ where: { workspaceId: owner.workspaceId } }));
    expect(audit).toMatchObject([{ action: "providers.addKey", subjectId: view.id, actorId: owner.userId }]);
    expect(JSON.stringify(audit)).not.toContain(secretKey);
    const list = await listModels(owner.workspaceId);
    expect(list).toMatchObject({ defaultModel: "anthropic/claude-sonnet-5-5", demoOnly: false });
  });

  it("refuses a wrong key with the provider's reason and keeps nothing", async () => {
    const { url } = await serve((response) =>
      response
        .writeHead(401, { "content-type": "application/json" })
        .end(JSON.stringify({ type: "error", error: { type: "authentication_error", message: `invalid x-api-key ${secretKey}` } })),
    );
    const refused = owner.caller.addKey(anthropicKey({ baseUrl: url }));
    await expect(refused).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(refused).rejects.toThrow("Anthropic refused the key: it is wrong or was revoked.");
    await expect(refused).rejects.toThrow("The key was not saved.");
    await expect(refused).rejects.not.toThrow(secretKey);
    expect(await owner.caller.keys()).toEqual([]);
  });

  it("says that the provider could not be asked, and keeps nothing", async () => {
    const refused = owner.caller.addKey(anthropicKey({ baseUrl: "http://127.0.0.1:9" }));
    await expect(refused).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
    await expect(refused).rejects.toThrow("can't be reached");
    expect(await owner.caller.keys()).toEqual([]);
  });

  it("finds a wrong key also where the list of models is open to anybody", async () => {
    const { url, requests } = await serve((response, request) => {
      const isList = request.url?.endsWith("/models");
      response.writeHead(isList ? 200 : 401, { "content-type": "application/json" });
      response.end(JSON.stringify(isList ? { data: [{ id: "m1" }] } : { error: { message: "no such user" } }));
    });
    const input = { provider: "openai-compatible" as const, label: "Open list", key: secretKey, baseUrl: `${url}/v1` };
    await expect(owner.caller.addKey(input)).rejects.toThrow("refused the key");
    expect(requests.at(-1)?.body).toMatchObject({ model: "m1", max_tokens: 1 });
  });

  it("names a wrong address", async () => {
    const { url } = await serve((response) => response.writeHead(404).end("not here"));
    const input = { provider: "openai-compatible" as const, label: "Box", key: "", baseUrl: url };
    await expect(owner.caller.addKey(input)).rejects.toThrow(`lists no models at ${url}`);
    const page = await serve((response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>Welcome</p>"));
    await expect(owner.caller.addKey({ ...input, baseUrl: page.url })).rejects.toThrow("lists no models");
  });

  it("a compatible server's label names its models; no other server may take it", async () => {
    const { url } = await serve((response) =>
      response.writeHead(200, { "content-type": "application/json" }).end('{"data":[{"id":"qwen/coder"},{"id":"embed-x"}]}'),
    );
    const input = { provider: "openai-compatible" as const, label: "Team Box", key: "", baseUrl: `${url}/v1/` };
    await owner.caller.addKey(input);
    expect((await listModels(owner.workspaceId)).models.map((model) => model.id)).toEqual(["team-box/qwen/coder", "demo"]);
    expect((await resolveModel(owner.workspaceId, "team-box/qwen/coder")).name).toBe("qwen/coder");
    await expect(resolveModel(owner.workspaceId, "team-box/other")).rejects.toThrow("Take one of: team-box/qwen/coder, demo");
    await expect(owner.caller.addKey({ ...input, label: "team  BOX" })).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(owner.caller.addKey({ ...input, label: "OpenAI" })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it.each([
    [{ key: "" }, "Enter the key."],
    [{ key: "sk with spaces" }, "no spaces"],
    [{ label: "  " }, "Give the key a name."],
    [{ baseUrl: "https://me:secret@example.com" }, "Leave user and password out"],
    [{ baseUrl: "file:///etc/passwd" }, "Give the server's address"],
    [{ provider: "openai-compatible", baseUrl: undefined }, "needs its address"],
  ])("bad input %o is refused", async (overrides, message) => {
    await expect(owner.caller.addKey(anthropicKey(overrides))).rejects.toThrow(message);
  });
});

describe("a key's later life", () => {
  it("is used for calls, and noted as invalid when the provider refuses it in mid-stream", async () => {
    let isRevoked = false;
    const { url } = await serve((response, request) => {
      if (request.method === "GET")
        return response.writeHead(200, { "content-type": "application/json" }).end('{"data":[{"id":"claude-sonnet-5-5"}]}');
      const start = { type: "message_start", message: { model: "claude-sonnet-5-5", usage: { input_tokens: 1, output_tokens: 0 } } };
      const end = isRevoked
        ? [{ type: "error", error: { type: "authentication_error", message: "revoked" } }]
        : [{ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 3 } }, { type: "message_stop" }];
      sendEvents(response, [start, ...end]);
    });
    await owner.caller.addKey(anthropicKey({ baseUrl: url }));
    const call = async () => {
      const events: ModelEvent[] = [];
      const request = requestOf([prompt("go")], { model: "anthropic/claude-sonnet-5-5" });
      for await (const event of streamModel({ workspaceId: owner.workspaceId, request, signal: new AbortController().signal }))
        events.push(event);
      return events;
    };
    expect((await call()).at(-1)).toMatchObject({ type: "finish", responseModel: "claude-sonnet-5-5", costMicros: 32 });
    isRevoked = true;
    await expect(call()).rejects.toSatisfy((error) => error instanceof ProviderError && error.failure.code === "invalid_key");
    expect(await owner.caller.keys()).toMatchObject([{ status: "invalid", lastError: expect.stringContaining("refused the key") }]);
  });

  it("can be tested again, and revoked: then its secret is gone", async () => {
    const { id } = await owner.caller.addKey(anthropicKey());
    expect(await owner.caller.testKey({ keyId: id as never })).toMatchObject({ status: "valid" });
    await owner.caller.revokeKey({ keyId: id as never });
    expect(await owner.caller.keys()).toEqual([]);
    const row = await across((tx) => tx.providerKey.findFirstOrThrow({ where: { id } }));
    expect(row.sealed).toHaveLength(0);
    expect((await listModels(owner.workspaceId)).demoOnly).toBe(true);
    await expect(owner.caller.testKey({ keyId: id as never })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(owner.caller.revokeKey({ keyId: id as never })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("who may", () => {
  it("members see keys but don't change them; another workspace's key is not there", async () => {
    const { id } = await owner.caller.addKey(anthropicKey());
    const member = await workspaceWith("member");
    await expect(member.caller.addKey(anthropicKey())).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await member.caller.keys()).toEqual([]);
    const other = await workspaceWith("owner");
    expect(await other.caller.keys()).toEqual([]);
    await expect(other.caller.revokeKey({ keyId: id as never })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(other.caller.testKey({ keyId: id as never })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await owner.caller.keys()).toHaveLength(1);
  });
});
