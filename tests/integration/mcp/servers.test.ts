import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { finishSignIn, startSignIn } from "@opencode/core/modules/mcp/connect-server.ts";
import { type ConnectedTool, mcpSessionTools, syncRepositoryServers } from "@opencode/core/modules/mcp/index.ts";
import { addServer, approveServer, changeServer, listServers } from "@opencode/core/modules/mcp/manage-servers.ts";
import type { OpenSandbox } from "@opencode/core/modules/sandbox/contract.ts";
import { mcpTools } from "@opencode/core/modules/tools/index.ts";
import { dangerouslyAcrossTenants } from "@opencode/core/platform/database/database.ts";
import { newId, type UserId, type WorkspaceId } from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestRuntime, testRuntime } from "../sandbox/test-runtime.ts";
import { seedWorkspace } from "../sessions/support/seed.ts";
import { type McpStandIn, startMcpStandIn } from "./mcp-stand-in.ts";

const probing = testRuntime("bubblewrap");
const probe = await probing.driver.probe();
await probing.close();

const noSandbox = (): Promise<OpenSandbox> => Promise.reject(new Error("no sandbox is needed"));
const repositoryId = newId("repository");
const onlyServer = { sandbox: undefined as unknown as OpenSandbox, callId: "call" };

describe("servers over HTTP", () => {
  let open: McpStandIn;
  let guarded: McpStandIn;
  let scope: { workspaceId: WorkspaceId; actorId: UserId };
  beforeAll(async () => {
    [open, guarded] = [await startMcpStandIn(), await startMcpStandIn({ isGuarded: true })];
    const { workspaceId, userId } = await seedWorkspace("MCP");
    scope = { workspaceId, actorId: userId };
  });
  afterAll(async () => {
    await open.close();
    await guarded.close();
  });
  const find = async (server: string, name: string): Promise<ConnectedTool> => {
    const tools = await mcpSessionTools({ ...scope, repositoryId, sandbox: noSandbox });
    const tool = tools.find((one) => one.server === server && one.name === name);
    if (!tool) throw new Error(`no tool ${name} among ${tools.map((one) => one.name).join(", ")}`);
    return tool;
  };

  test("are listed when they are added, and their tools can be called", async () => {
    const target = { kind: "http", url: open.url, headers: { "x-team": "canary-header" } } as const;
    const view = await addServer({ ...scope, server: { name: "calc", target } });
    expect(view).toMatchObject({ status: "ready", approved: true, headerNames: ["x-team"] });
    expect(view.tools).toEqual([
      { name: "add", description: "Adds two numbers.", readOnly: true, enabled: true },
      { name: "fail", description: "Always fails.", readOnly: false, enabled: true },
    ]);
    expect(JSON.stringify(await listServers(scope.workspaceId))).not.toContain("canary-header");
    expect(await (await find("calc", "add")).call({ a: 2, b: 40 }, onlyServer)).toEqual({ text: "42", isError: false });
    expect(await (await find("calc", "fail")).call({}, onlyServer)).toEqual({ text: "it is broken", isError: true });
    const wrong = await (await find("calc", "add")).call({ a: "two" }, onlyServer);
    expect(wrong.isError).toBe(true);
    expect(open.headers.every((headers) => headers["x-team"] === "canary-header")).toBe(true);
    await expect(addServer({ ...scope, server: { name: "calc", target } })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("may have tools or the whole of them switched off", async () => {
    const [calc] = (await listServers(scope.workspaceId)).filter((server) => server.name === "calc");
    const serverId = calc?.id ?? "";
    await changeServer({ ...scope, serverId, disabledTools: ["fail"] });
    await expect(find("calc", "fail")).rejects.toThrow(/no tool fail among add/);
    await changeServer({ ...scope, serverId, enabled: false });
    await expect(find("calc", "add")).rejects.toThrow(/no tool add/);
    await changeServer({ ...scope, serverId, enabled: true, disabledTools: [] });
  });

  test("that ask for a sign-in are signed in to by the person who began it, once, and renewed by themselves", async () => {
    const view = await addServer({ ...scope, server: { name: "guarded", target: { kind: "http", url: guarded.url, headers: {} } } });
    expect(view).toMatchObject({ status: "sign-in" });
    const serverId = view.id;
    const { url } = await startSignIn({ ...scope, serverId, slug: "team" });
    const back = await guarded.signIn(url ?? "");
    const [slug, id, secret] = (back.searchParams.get("state") ?? "").split(".");
    expect([slug, id]).toEqual(["team", serverId]);
    const given = { ...scope, serverId, secret: secret ?? "", code: back.searchParams.get("code") ?? "", iss: undefined };
    await expect(finishSignIn({ ...given, actorId: newId("user") })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(finishSignIn({ ...given, secret: "guessed" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    expect(await finishSignIn(given)).toMatchObject({ status: "ready", lastError: null });
    await expect(finishSignIn(given)).rejects.toMatchObject({ code: "BAD_REQUEST" });
    const add = await find("guarded", "add");
    expect(await add.call({ a: 1, b: 2 }, onlyServer)).toEqual({ text: "3", isError: false });
    guarded.expireTokens();
    expect(await add.call({ a: 2, b: 2 }, onlyServer)).toEqual({ text: "4", isError: false });
    const stored = await dangerouslyAcrossTenants("a test looks for secrets", (tx) => tx.mcpServer.findFirst({ where: { id: serverId } }));
    expect(Buffer.from(stored?.sealedSignIn ?? []).toString("latin1")).not.toContain("access_token");
  });

  test("that are not there, or no server of the protocol, say so and break nothing", async () => {
    const gone = await addServer({
      ...scope,
      server: { name: "gone", target: { kind: "http", url: "http://127.0.0.1:9/mcp", headers: {} } },
    });
    expect(gone).toMatchObject({ status: "failed", tools: [] });
    expect(gone.lastError).toMatch(/^gone did not answer as it should/);
    const page = await addServer({ ...scope, server: { name: "page", target: { kind: "http", url: `${open.url}/nothing`, headers: {} } } });
    expect(page.status).toBe("failed");
    expect(await find("calc", "add")).toBeDefined();
  });

  test("that a repository names are offered after an approval of exactly what they are", async () => {
    const servers = { Helper: { type: "remote" as const, url: open.url }, "bad name!": { type: "remote" as const, url: open.url } };
    expect(await syncRepositoryServers({ ...scope, repositoryId, servers })).toEqual(["bad name!"]);
    await expect(find("helper", "add")).rejects.toThrow(/no tool add/);
    const seen = (await listServers(scope.workspaceId)).find((server) => server.name === "helper");
    expect(seen).toMatchObject({ approved: false, repositoryId });
    const approval = { ...scope, serverId: seen?.id ?? "", configHash: seen?.configHash ?? "" };
    await expect(approveServer({ ...approval, configHash: "0".repeat(64) })).rejects.toMatchObject({ code: "CONFLICT" });
    await approveServer(approval);
    expect(await (await find("helper", "add")).call({ a: 1, b: 1 }, onlyServer)).toEqual({ text: "2", isError: false });
    const other = await mcpSessionTools({ ...scope, repositoryId: newId("repository"), sandbox: noSandbox });
    expect(other.some((tool) => tool.server === "helper")).toBe(false);
    await syncRepositoryServers({ ...scope, repositoryId, servers: { helper: { type: "remote", url: `${open.url}?else` } } });
    await expect(find("helper", "add")).rejects.toThrow(/no tool add/);
    await syncRepositoryServers({ ...scope, repositoryId, servers: {} });
    expect((await listServers(scope.workspaceId)).some((server) => server.name === "helper")).toBe(false);
  });

  test("come one by one, or as a search when their schemas take more than a tenth of the context", async () => {
    const connected = await mcpSessionTools({ ...scope, repositoryId, sandbox: noSandbox });
    expect(mcpTools(connected, 200_000).map((tool) => tool.name)).toContain("calc_add");
    const [search, call] = mcpTools(connected, 500);
    expect([search?.name, call?.name]).toEqual(["mcp_search", "mcp_call"]);
    const context = { ...onlyServer, workspaceId: scope.workspaceId, sessionId: newId("session") };
    const found = await search?.execute({ query: "adding numbers" }, context);
    expect(found?.output).toMatch(/^(calc|guarded)_add\nAdds two numbers\.\ninput: \{/);
    expect(await call?.execute({ tool: "calc_add", input: { a: 20, b: 3 } }, context)).toMatchObject({ output: "23", isError: false });
    expect(await call?.subject({ tool: "calc_fail", input: {} })).toMatchObject({ permission: "calc_fail" });
    expect(await call?.execute({ tool: "calc_none", input: {} }, context)).toMatchObject({ isError: true });
  });
});

const program = `
import { createInterface } from "node:readline";
const tools = [{ name: "where", description: "Says where it runs.", inputSchema: { type: "object" } }, { name: "die", inputSchema: { type: "object" } }];
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  const say = (result) => console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
  console.log("a line that is no message");
  if (method === "initialize") say({ protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } });
  if (method === "tools/list") say({ tools });
  if (method === "tools/call" && params.name === "die") { console.error("bad day"); process.exit(3); }
  if (method === "tools/call") say({ content: [{ type: "text", text: process.cwd() + " " + process.env.GREETING + " " + (process.env.SECRETS_KEY ?? "no secret") }] });
}
`;

describe.skipIf(!probe.ok && !process.env.CI)("servers inside the sandbox", () => {
  let runtime: TestRuntime;
  beforeAll(() => {
    runtime = testRuntime("bubblewrap");
  });
  afterAll(() => runtime.close());

  test("are started there for a call, without a secret, and their end is told", async () => {
    const { workspaceId, userId } = await seedWorkspace("MCP in a sandbox");
    const { box } = await runtime.start((directory) => writeFileSync(join(directory, "server.mjs"), program));
    const target = { kind: "stdio" as const, command: ["node", "server.mjs"], environment: { GREETING: "hello" } };
    await addServer({ workspaceId, actorId: userId, server: { name: "inner", target } });
    const tools = await mcpSessionTools({ workspaceId, repositoryId, sandbox: async () => box });
    expect(tools.map((tool) => `${tool.server}_${tool.name}`)).toEqual(["inner_where", "inner_die"]);
    const [where, die] = tools;
    expect(await where?.call({}, { sandbox: box, callId: "where-1" })).toEqual({ text: "/workspace hello no secret", isError: false });
    const died = await die?.call({}, { sandbox: box, callId: "die-1" });
    expect(died).toMatchObject({ isError: true });
    expect(died?.text).toMatch(/^inner ended by itself \(exit code 3\)\. It said: bad day/);
  });
});
