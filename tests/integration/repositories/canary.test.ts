import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dangerouslyAcrossTenants, withTenant } from "@opencode/core/platform/database/database.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { serveGit } from "./git-http-server.ts";

vi.setConfig({ testTimeout: 120_000 });

const scratch = await mkdtemp(join(tmpdir(), "canary-"));
vi.stubEnv("DATA_DIR", join(scratch, "data"));
vi.stubEnv("LOG_LEVEL", "trace");
vi.resetModules();
const { connectRepository, getRepository, mirrorRepository, checkout, diffWorkspace, pushBranch } = await import(
  "@opencode/core/modules/repositories/index.ts"
);
const { logger } = await import("@opencode/core/platform/logger.ts");
const { makeRepository, userGit, writeFiles } = await import("@opencode/core/modules/repositories/testing.ts");

const token = "canary-everywhere-5e1f-secret";
/** as it is stored, sent, and shown in a bytea */
const shapes = [token, Buffer.from(`x-access-token:${token}`).toString("base64"), Buffer.from(token).toString("hex")];
const scope = { workspaceId: newId("workspace"), actorId: newId("user") };
const origin = join(scratch, "served", "app");
const refusal = `#!/bin/sh\necho "error: your ${shapes[0]} (Basic ${shapes[1]}) may not" >&2\nexit 1\n`;
const said: string[] = [];
let echo: Server;

beforeAll(async () => {
  await dangerouslyAcrossTenants("a workspace to connect repositories in", async (tx) => {
    await tx.user.create({ data: { id: scope.actorId, email: "canary@example.com" } });
    await tx.workspace.create({ data: { id: scope.workspaceId, slug: `c-${scope.workspaceId.slice(-8)}`, name: "Canary" } });
  });
  await makeRepository(origin, { "a.txt": "a\n" });
  await userGit(origin, "config", "http.receivepack", "true");
  // As some servers do, it says back what it was sent.
  echo = createServer((request, response) => {
    const isAsked = request.headers.authorization !== undefined;
    response.writeHead(isAsked ? 403 : 401, { "www-authenticate": 'Basic realm="git"', "content-type": "text/plain" });
    response.end(`refused: ${request.headers.authorization} ${token}\n`);
  });
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  echo.close();
  await rm(scratch, { recursive: true, force: true });
});

function* filesBelow(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

/** Everything that is said while something runs: process lists, and what the logger writes. */
async function listening(work: () => Promise<void>): Promise<{ commands: string; logs: string }> {
  const commands: string[] = [];
  const watch = setInterval(() => commands.push(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })), 200);
  const symbol = Object.getOwnPropertySymbols(logger).find(({ description }) => description === "pino.stream");
  const stream: { write(line: string): void } = Reflect.get(logger, symbol ?? "");
  const written = vi.spyOn(stream, "write");
  await work();
  clearInterval(watch);
  const logs = written.mock.calls.map((call) => call[0]).join("\n");
  written.mockRestore();
  return { commands: commands.join("\n"), logs };
}

test("connected, fetched, refused, checked out, pushed, refused again: the token stands nowhere but sealed in its row", async () => {
  const server = await serveGit(join(scratch, "served"), { password: token });
  const directory = join(scratch, "work");
  const connect = async (url: string) => {
    const row = await connectRepository(scope, { kind: "url", url, token });
    await mirrorRepository({ workspaceId: scope.workspaceId, repositoryId: row.id });
    return getRepository({ workspaceId: scope.workspaceId, repositoryId: row.id });
  };
  const { commands, logs } = await listening(async () => {
    const refused = await connect(`http://127.0.0.1:${(echo.address() as AddressInfo).port}/x.git`);
    expect(refused).toMatchObject({ state: "failed", lastError: expect.stringContaining("refused the sign-in") });
    const { id: repositoryId } = await connect(`${server.origin}/app/.git`);
    const key = { workspaceId: scope.workspaceId, repositoryId, sessionId: newId("session") };
    const row = { id: key.sessionId, workspaceId: key.workspaceId, repositoryId, title: "t", origin: "browser", model: "demo" };
    await withTenant(scope.workspaceId, (tx) => tx.session.create({ data: { ...row, actorKind: "user", actorId: scope.actorId } }));
    const { baseCommit } = await checkout({ ...key, directory });
    await writeFiles(directory, { "b.txt": "b\n" });
    const { treeId } = (await diffWorkspace({ ...key, directory, baseCommit })).diff;
    const work = { ...key, baseCommit, treeId, message: "m", author: { name: "Ada", email: "ada@example.com" } };
    await pushBranch({ ...work, branch: "out" });
    await writeFiles(origin, { ".git/hooks/pre-receive": refusal });
    await chmod(join(origin, ".git/hooks/pre-receive"), 0o755);
    const error: unknown = await pushBranch({ ...work, branch: "no" }).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: "UNPROCESSABLE", message: expect.stringMatching(/rule of its own: your \[redacted\]/) });
    for (let at: unknown = error; at instanceof Error; at = at.cause) said.push(at.message, String(at.stack), JSON.stringify(at));
    await userGit(origin, "fsck");
  });
  expect(server.credentials).toContain(`x-access-token:${token}`);
  expect(commands).toContain("git");
  expect(logs, "the logger was heard").toContain("could not be fetched");
  const rows = await dangerouslyAcrossTenants("looking for the token in every row of every table", async (tx) => {
    const tables = await tx.$queryRaw<
      { name: string }[]
    >`select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`;
    const texts: { name: string; text: string | null }[] = [];
    for (const { name } of tables)
      texts.push(
        ...(await tx.$queryRawUnsafe<{ name: string; text: string | null }[]>(
          `select '${name}' as name, string_agg(t::text, ' ') as text from ${name} t`,
        )),
      );
    return texts;
  });
  expect(rows.find(({ name }) => name.includes("Repository"))?.text).toContain(server.origin);
  for (const shape of shapes) {
    expect(commands.includes(shape), "a process list").toBe(false);
    expect(logs.includes(shape), "the log").toBe(false);
    expect(said.join("\n").includes(shape), "an error").toBe(false);
    for (const { name, text } of rows) expect(text?.includes(shape) ?? false, name).toBe(false);
    for (const path of [...filesBelow(join(scratch, "data")), ...filesBelow(directory)])
      expect(readFileSync(path).includes(shape), path).toBe(false);
  }
  await server.close();
});
