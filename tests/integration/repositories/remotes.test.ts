import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dangerouslyAcrossTenants, withTenant } from "@opencode/core/platform/database/database.ts";
import { newId, type RepositoryId } from "@opencode/core/platform/ids.ts";
import { unseal } from "@opencode/core/platform/secrets.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { reservePort } from "../../harness/reserve-port.ts";
import { serveGit } from "./git-http-server.ts";

// Dozens of runs of git and ssh in each.
vi.setConfig({ testTimeout: 120_000 });

const scratch = await mkdtemp(join(tmpdir(), "remotes-"));
const dataDirectory = join(scratch, "data");
vi.stubEnv("DATA_DIR", dataDirectory);
const repositories = await import("@opencode/core/modules/repositories/index.ts");
const { makeRepository, userGit, writeFiles } = await import("@opencode/core/modules/repositories/testing.ts");

const scope = { workspaceId: newId("workspace"), actorId: newId("user"), actorKind: "user" as const };
const author = { name: "Ada <x>", email: "ada@example.com" };
const keyOf = (repositoryId: RepositoryId) => ({ workspaceId: scope.workspaceId, repositoryId });

beforeAll(async () => {
  await dangerouslyAcrossTenants("a workspace to connect repositories in", async (tx) => {
    await tx.user.create({ data: { id: scope.actorId, email: "remotes@example.com" } });
    await tx.workspace.create({ data: { id: scope.workspaceId, slug: `r-${scope.workspaceId.slice(-8)}`, name: "Remotes" } });
  });
});
const running: { kill(signal: "SIGTERM"): boolean }[] = [];
afterAll(async () => {
  for (const child of running) child.kill("SIGTERM");
  await rm(scratch, { recursive: true, force: true });
});

async function work(repositoryId: RepositoryId, files: Record<string, string>) {
  const sessionId = newId("session");
  const row = {
    id: sessionId,
    workspaceId: scope.workspaceId,
    repositoryId,
    title: "t",
    origin: "browser",
    actorKind: "user",
    actorId: scope.actorId,
    model: "demo",
  };
  await withTenant(scope.workspaceId, (tx) => tx.session.create({ data: row }));
  const directory = join(scratch, `work-${sessionId.slice(-8)}`);
  const { baseCommit } = await repositories.checkout({ ...keyOf(repositoryId), sessionId, directory });
  await writeFiles(directory, files);
  const request = { ...keyOf(repositoryId), sessionId, directory, baseCommit };
  return {
    ...request,
    push: async (branch: string, parent: string | null = null, at?: Date) =>
      repositories.pushBranch({
        ...request,
        treeId: (await repositories.diffWorkspace(request)).diff.treeId,
        branch,
        parent,
        message: "Work",
        author,
        ...(at ? { at } : {}),
      }),
  };
}

function* filesBelow(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

const keygen = (args: readonly string[], options: { encoding?: "utf8" } = {}) => String(execFileSync("/usr/bin/ssh-keygen", args, options));
const sshd = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].find(existsSync);

/** A real sshd with its own keys, that lets in whoever stands in `authorized`. */
async function serveSsh(directory: string, port: number, hostKey: string) {
  const authorized = join(directory, "authorized_keys");
  if (!existsSync(hostKey)) keygen(["-q", "-t", "ed25519", "-N", "", "-f", hostKey]);
  await writeFile(authorized, "", { flag: "a", mode: 0o600 });
  if (process.getuid?.() === 0) await mkdir("/run/sshd", { recursive: true, mode: 0o755 });
  const options = {
    HostKey: hostKey,
    AuthorizedKeysFile: authorized,
    StrictModes: "no",
    UsePAM: "no",
    PasswordAuthentication: "no",
    PidFile: "none",
    ListenAddress: "127.0.0.1",
    PermitRootLogin: "prohibit-password",
  };
  const child = spawn(sshd ?? "", [
    "-D",
    "-e",
    "-f",
    "/dev/null",
    "-p",
    String(port),
    ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
  ]);
  running.push(child);
  child.stderr.resume();
  for (let tries = 0; tries < 200; tries++) {
    const isUp = await new Promise<boolean>((resolve) => {
      const probe = createServer()
        .once("error", () => resolve(true))
        .once("listening", () => probe.close(() => resolve(false)));
      probe.listen(port, "127.0.0.1");
    });
    if (isUp) break;
    await sleep(25);
  }
  return { authorized, stop: () => child.kill("SIGTERM") };
}

describe.skipIf(!sshd)("over ssh, against a real sshd", () => {
  test("a key that is made here: shown, added, fetched and pushed with; the private half stands nowhere; another server is refused", async () => {
    const directory = join(scratch, "ssh");
    const origin = join(directory, "app");
    await makeRepository(origin, { "README.md": "hello\n" });
    const port = await reservePort(24_300);
    let server = await serveSsh(directory, port, join(directory, "host"));
    const url = `ssh://${userInfo().username}@127.0.0.1:${port}${origin}`;
    const connected = await repositories.connectRepository(scope, { kind: "ssh", url });
    expect(connected).toMatchObject({ kind: "ssh", name: "app" });
    const key = keyOf(connected.id);
    await repositories.mirrorRepository(key);
    const refused = await repositories.getRepository(key);
    expect(refused.lastError).toContain("Add the public key");
    expect(refused.hostKeys).toHaveLength(1);
    expect(refused.hostKeys[0]).toContain(keygen(["-lf", join(directory, "host.pub")], { encoding: "utf8" }).split(" ")[1]);
    await writeFile(server.authorized, `${connected.publicKey}\n`);
    const commands: string[] = [];
    const watch = setInterval(() => commands.push(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })), 250);
    await repositories.mirrorRepository(key);
    expect(await repositories.getRepository(key)).toMatchObject({ state: "ready", fileCount: 1 });
    const session = await work(connected.id, { "new.txt": "new\n" });
    const { commit } = await session.push("from-ssh");
    clearInterval(watch);
    expect((await userGit(origin, "log", "-1", "--format=%H %an %ae", "from-ssh")).trim()).toBe(`${commit} Ada x ada@example.com`);
    for (const path of [...filesBelow(dataDirectory), ...filesBelow(session.directory)])
      expect(readFileSync(path, "latin1"), path).not.toContain("PRIVATE KEY");
    expect(commands.join("\n")).not.toContain("PRIVATE KEY");
    expect(readdirSync(join(dataDirectory, "git")).filter((name) => name.startsWith("ssh-"))).toEqual([]);
    expect(await readFile(join(session.directory, ".git/config"), "utf8")).not.toContain("ssh");
    const stored = await dangerouslyAcrossTenants("looking for the key in every row", (tx) =>
      Promise.all([tx.repository.findMany(), tx.auditEntry.findMany()]),
    );
    expect(JSON.stringify(stored, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))).not.toContain("PRIVATE KEY");
    // Nor what stands between its first line and its last.
    const sealedKey = stored[0].find((row) => row.id === connected.id)?.sealedKey;
    const inner = unseal(sealedKey ?? new Uint8Array(), `repository-key:${scope.workspaceId}:${connected.id}`).split("\n")[2] ?? "";
    expect(inner.length).toBeGreaterThan(40);
    for (const path of [...filesBelow(dataDirectory), ...filesBelow(session.directory)])
      expect(readFileSync(path, "latin1").includes(inner), path).toBe(false);
    expect(commands.join("\n").includes(inner)).toBe(false);

    server.stop();
    await sleep(300);
    server = await serveSsh(directory, port, join(directory, "other-host"));
    await repositories.mirrorRepository(key);
    expect((await repositories.getRepository(key)).lastError).toContain("another key than at the first contact");
    server.stop();
  });

  test("a pasted key is read, one with a passphrase or none at all is refused", async () => {
    const file = join(scratch, "own");
    keygen(["-q", "-t", "ed25519", "-N", "", "-f", file]);
    const url = "git@ssh.example.invalid:acme/shop.git";
    const row = await repositories.connectRepository(scope, { kind: "ssh", url, privateKey: await readFile(file, "utf8") });
    expect(row.publicKey?.split(" ").slice(0, 2)).toEqual((await readFile(`${file}.pub`, "utf8")).split(" ").slice(0, 2));
    keygen(["-q", "-p", "-N", "secret", "-f", file]);
    for (const privateKey of [await readFile(file, "utf8"), "no key"]) {
      await expect(repositories.connectRepository(scope, { kind: "ssh", url: "git@x.invalid:a/b", privateKey })).rejects.toMatchObject({
        code: "BAD_REQUEST",
      });
    }
  });

  test.each([
    "-oProxyCommand=touch /tmp/x@host:a",
    "git@-host:a",
    "git@host:-a",
    "ssh://git@-x/a",
    "git@host",
    "https://x/y",
    "git@ho st:a",
    "ext::sh -c x",
  ])("the address %j is refused", async (url) => {
    await expect(repositories.connectRepository(scope, { kind: "ssh", url })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});

describe("pushing over https", () => {
  test("with the token, to no other host, and never over others' commits; a bad submodule does not leave", async () => {
    const canary = "canary-push-91c2-secret";
    const root = join(scratch, "served");
    await makeRepository(join(root, "app"), { "a.txt": "a\n" });
    await userGit(join(root, "app"), "config", "http.receivepack", "true");
    const server = await serveGit(root, { password: canary });
    const row = await repositories.connectRepository(scope, { kind: "url", url: `${server.origin}/app/.git`, token: canary });
    await repositories.mirrorRepository(keyOf(row.id));
    const session = await work(row.id, { "b.txt": "b\n" });
    const { commit } = await session.push("out");
    expect((await userGit(join(root, "app"), "rev-parse", "out")).trim()).toBe(commit);
    await writeFiles(session.directory, { "b.txt": "c\n" });
    await expect(session.push("out")).rejects.toMatchObject({
      code: "UNPROCESSABLE",
      message: expect.stringContaining("did not come from here"),
    });
    expect((await session.push("out", commit)).commit).not.toBe(commit);
    // Two attempts at the same push: one after the other, and the second finds the first one's commit.
    const at = new Date("2026-03-04T05:06:07Z");
    const [one, two] = await Promise.all([session.push("twice", null, at), session.push("twice", null, at)]);
    expect(two.commit).toBe(one.commit);
    expect((await userGit(join(root, "app"), "rev-parse", "twice")).trim()).toBe(one.commit);
    await userGit(join(root, "app"), "config", "http.receivepack", "false");
    await expect(session.push("closed")).rejects.toMatchObject({ message: expect.stringContaining("write access") });
    for (const evil of ["ext::sh -c touch% /tmp/x", "-u./evil", "file:///etc", "../../../etc\n"]) {
      await writeFiles(session.directory, { ".gitmodules": `[submodule "x"]\n\tpath = x\n\turl = ${JSON.stringify(evil)}\n` });
      await expect(session.push("modules")).rejects.toMatchObject({
        code: "UNPROCESSABLE",
        message: expect.stringContaining(".gitmodules"),
      });
    }
    for (const path of [...filesBelow(dataDirectory), ...filesBelow(session.directory)])
      expect(readFileSync(path).includes(canary), path).toBe(false);
    await server.close();
  });
});

test("an archive of a published package: connected, changed, its diff right, the next upload the next commit", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 1_200 }, (_, index) => [`package/lib/m${index % 40}/f${index}.js`, `export const v = ${index};\n`]),
  );
  await writeFiles(join(scratch, "pack"), { ...files, "package/package.json": '{"name":"big"}\n' });
  const tgz = execFileSync("tar", ["-czf", "-", "-C", join(scratch, "pack"), "package"], { maxBuffer: 64 * 1024 * 1024 });
  const upload = (body: Buffer, repositoryId: RepositoryId | null) =>
    repositories.uploadArchive(scope, { name: "big-1.0.0.tgz", repositoryId, body: new Blob([Uint8Array.from(body)]).stream() });
  const row = await upload(tgz, null);
  await repositories.mirrorRepository(keyOf(row.id));
  expect(await repositories.getRepository(keyOf(row.id))).toMatchObject({
    state: "ready",
    kind: "archive",
    name: "big-1.0.0",
    fileCount: 1_201,
  });
  const session = await work(row.id, { "lib/m1/f1.js": "export const v = 2;\n" });
  const { diff } = await repositories.diffWorkspace(session);
  expect(diff.files.map((file) => [file.path, file.additions, file.deletions])).toEqual([["lib/m1/f1.js", 1, 1]]);
  await expect(session.push("x")).rejects.toMatchObject({ message: expect.stringContaining("no server") });
  await upload(tgz, row.id);
  await repositories.mirrorRepository(keyOf(row.id));
  expect(existsSync(join(dataDirectory, "uploads", `${row.id}.archive`))).toBe(false);
  await expect(upload(Buffer.from("not an archive at all"), null)).rejects.toMatchObject({ code: "UNPROCESSABLE" });
});
