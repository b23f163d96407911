import { type ChildProcess, execFileSync, type ForkOptions, fork } from "node:child_process";
import { rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { mirrorPath } from "@opencode/core/modules/repositories/data-paths.ts";
import { listBaseFiles, readBaseFile } from "@opencode/core/modules/repositories/index.ts";
import {
  useTerminal as actAtTerminal,
  openSandbox,
  readTerminal,
  sandboxAvailability,
  sandboxIdOf,
} from "@opencode/core/modules/sandbox/index.ts";
import { createPreviewLink, listSandboxPorts } from "@opencode/core/modules/sandbox/preview/preview-link.ts";
import { atItsMachine } from "@opencode/core/modules/sessions/index.ts";
import { dangerouslyAcrossTenants } from "@opencode/core/platform/database/database.ts";
import { idSchema, newId } from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { makeSession } from "./tenant-rows.ts";

// This process is web on a machine of its own: its DATA_DIR holds nothing. Before anything reads the environment.
const { scratch, ports } = await vi.hoisted(async () => {
  const [{ mkdtempSync: make }, { tmpdir }, { reservePort }] = await Promise.all([
    import("node:fs"),
    import("node:os"),
    import("../../harness/reserve-port.ts"),
  ]);
  const scratch = make(`${tmpdir()}/machines-`);
  const ports = {
    a: await reservePort(23_100),
    b: await reservePort(23_110),
    previewA: await reservePort(23_120),
    previewB: await reservePort(23_130),
  };
  const workerUrl = `http://127.0.0.1:${ports.b}`;
  Object.assign(process.env, { SINGLE_MACHINE: "false", DATA_DIR: `${scratch}/web`, WORKER_INTERNAL_URL: workerUrl });
  return { scratch, ports };
});

const root = join(import.meta.dirname, "../../..");
const machines = {
  a: { DATA_DIR: join(scratch, "a"), WORKER_PORT: String(ports.a), PREVIEW_PORT: String(ports.previewA) },
  b: { DATA_DIR: join(scratch, "b"), WORKER_PORT: String(ports.b), PREVIEW_PORT: String(ports.previewB) },
};
type Machine = keyof typeof machines;
const environmentOf = (machine: Machine) => ({
  ...process.env,
  ...machines[machine],
  WORKER_ADDRESS: `http://127.0.0.1:${machines[machine].WORKER_PORT}`,
  LOG_LEVEL: "fatal",
});
const available = (await sandboxAvailability()).available;
const userId = newId("user");
const actor = { kind: "user", id: userId } as const;
const signal = new AbortController().signal;
type Key = Awaited<ReturnType<typeof makeSession>>;

const gone = { code: "UNAVAILABLE", message: expect.stringContaining("machine that held this session's sandbox is gone") };

function start(machine: Machine): ChildProcess {
  const options = { env: environmentOf(machine), cwd: root, stdio: ["ignore", "ignore", "ignore", "ipc"] } satisfies ForkOptions;
  return fork(join(import.meta.dirname, "machine-process.ts"), options);
}

/** What the worker of this machine says when it has made the session's sandbox. */
async function workOn(worker: ChildProcess | undefined, { workspaceId, sessionId }: Key): Promise<string> {
  const answers = z.object({ sessionId: z.string(), said: z.string() });
  return new Promise((resolve) => {
    worker?.on("message", (message) => {
      const answer = answers.parse(message);
      if (answer.sessionId === sessionId) resolve(answer.said);
    });
    worker?.send({ workspaceId, sessionId });
  });
}

async function inTerminal(key: Key, command: string, until: RegExp): Promise<string> {
  await actAtTerminal({ ...key, actor, name: "main", action: { kind: "open", cols: 200, rows: 24 } });
  const data = Buffer.from(`${command}\n`).toString("base64");
  await actAtTerminal({ ...key, actor, name: "main", action: { kind: "write", data } });
  let [shown, shell, after] = ["", "", 0];
  while (!until.test(shown)) {
    const output = await readTerminal({ ...key, name: "main", shell, after, signal });
    const bytes = Buffer.from(output.data, "base64");
    [shown, shell, after] = [shown + bytes.toString("utf8"), output.shell, output.offset + bytes.length];
    if (output.state !== "open") throw new Error(`the terminal ended: ${shown}`);
  }
  return shown;
}

describe.skipIf(!available)("two machines with a worker each, and web on a third", () => {
  const workers: Partial<Record<Machine, ChildProcess>> = {};
  let [onA, onB]: [Key, Key] = [{} as Key, {} as Key];

  beforeAll(async () => {
    for (const machine of ["a", "b"] as const) workers[machine] = start(machine);
    onA = await makeSession();
    onB = await makeSession();
    await dangerouslyAcrossTenants("the test makes a member of both", async (tx) => {
      await tx.user.create({ data: { id: userId, email: `${userId}@example.test`, name: "Member" } });
      for (const { workspaceId } of [onA, onB])
        await tx.member.create({ data: { id: newId("member"), workspaceId, userId, role: "member" } });
    });
    expect(await Promise.all([workOn(workers.a, onA), workOn(workers.b, onB)])).toEqual(["made", "made"]);
    await vi.waitFor(async () => expect(await workerRows()).toHaveLength(2), { timeout: 30_000, interval: 100 });
  }, 120_000);
  afterAll(async () => {
    for (const worker of Object.values(workers)) worker.kill("SIGKILL");
    // Their agents end themselves as soon as their directories are gone.
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  });

  const workerRows = () => dangerouslyAcrossTenants("the test looks at the workers", (tx) => tx.worker.findMany());

  it("a terminal is a shell on the machine that holds the sandbox", async () => {
    expect(await inTerminal(onA, 'echo "work of a" > mine.txt; cat mine.txt', /[\r\n]work of a\r\n/)).toContain("work of a");
    expect(await inTerminal(onB, "ls mine.txt", /No such file/)).not.toContain("work of a");
  });

  it("files, their search, a revert's preview, the bundle and a fork come from there", async () => {
    const { entries } = await atItsMachine.listFiles({ ...onA, path: "" });
    expect(entries.map(({ name }) => name)).toEqual(expect.arrayContaining(["mine.txt", "package.json"]));
    expect(await atItsMachine.readFile({ ...onA, path: "mine.txt" })).toMatchObject({ kind: "text", text: "work of a\n" });
    expect((await atItsMachine.searchFiles({ ...onA, text: "work of a" })).lines).toHaveLength(1);
    expect((await atItsMachine.listFiles({ ...onB, path: "" })).entries.map(({ name }) => name)).not.toContain("mine.txt");
    const { bundle } = await atItsMachine.bundle({ ...onA, actor });
    expect(Buffer.from(bundle, "base64").subarray(0, 20).toString()).toMatch(/^# v\d git bundle/);
    await expect(atItsMachine.readFile({ ...onA, path: "../secret" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    const foreign = { workspaceId: onB.workspaceId, sessionId: onA.sessionId };
    await expect(atItsMachine.listFiles({ ...foreign, path: "" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const fork = await atItsMachine.fork({ ...onA, messageId: null, actor, origin: "api" });
    const rows = await dangerouslyAcrossTenants("the test looks where the fork's files are", (tx) =>
      tx.sandbox.findMany({ where: { id: { in: [sandboxIdOf(onA.sessionId), sandboxIdOf(fork.sessionId)] } } }),
    );
    expect(new Set(rows.map(({ machineId }) => machineId)).size).toBe(1);
  });

  it("a base's files come from there, too, when the mirror here is one of another day", async () => {
    const { repositoryId, baseCommit } = await dangerouslyAcrossTenants("the test looks up its own session", (tx) =>
      tx.session.findFirstOrThrow({ where: { id: onA.sessionId } }),
    );
    const mirror = mirrorPath(idSchema("repository").parse(repositoryId));
    execFileSync("git", ["init", "--quiet", "--bare", mirror]);
    try {
      const base = { workspaceId: onA.workspaceId, repositoryId: idSchema("repository").parse(repositoryId), commit: baseCommit ?? "" };
      expect((await readBaseFile({ ...base, path: "package.json", maxBytes: 1_000 }))?.text).toContain("{");
      expect(await listBaseFiles({ ...base, maxFiles: 100 })).toContain("package.json");
    } finally {
      rmSync(mirror, { recursive: true });
    }
  });

  it("a preview is shown by the worker of the other machine, too, and its link is good once on all of them", async () => {
    const serve = 'require("http").createServer((q, r) => r.end("from a " + q.url)).listen(5173, () => console.log("listen" + "ing"))';
    await inTerminal(onA, `node -e '${serve}' &`, /listening\r\n/);
    expect(await listSandboxPorts(onA)).toMatchObject({ awake: true, ports: [5173] });
    const { url } = await createPreviewLink({ ...onA, userId, port: 5173 });
    const { host, pathname, search } = new URL(url);
    const entered = await ask(ports.previewB, pathname + search, { host });
    expect(entered.status).toBe(303);
    expect((await ask(ports.previewA, pathname + search, { host })).status).toBe(401);
    const cookie = String(entered.headers["set-cookie"]).split(";", 1)[0] ?? "";
    expect(await ask(ports.previewB, "/x", { host, cookie })).toMatchObject({ status: 200, body: "from a /x" });
    expect(await ask(ports.previewA, "/y", { host, cookie })).toMatchObject({ status: 200, body: "from a /y" });

    // A worker that is killed takes nothing with it: shell, server, link and visit are there again with the next one.
    workers.a?.kill("SIGKILL");
    await expect(readTerminal({ ...onA, name: "main", shell: "", after: 0, signal })).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect((await ask(ports.previewB, "/z", { host, cookie })).status).toBe(502);
    workers.a = start("a");
    const back = () => ask(ports.previewB, "/z", { host, cookie });
    await vi.waitFor(async () => expect(await back()).toMatchObject({ status: 200, body: "from a /z" }), {
      timeout: 25_000,
      interval: 200,
    });
    expect((await ask(ports.previewB, pathname + search, { host })).status).toBe(401);
    expect(await inTerminal(onA, "echo $(jobs | wc -l)-job", /[\r\n]1-job/)).toContain("work of a");
  });

  it("unsigned, a worker answers nobody: neither a call nor a tunnel", async () => {
    const address = `http://127.0.0.1:${ports.a}`;
    const body = JSON.stringify({ ...onA, path: "" });
    expect((await fetch(`${address}/api/internal/call/sessions.list-files`, { method: "POST", body })).status).toBe(401);
    const path = `/api/internal/tunnel?${new URLSearchParams({ ...onA, port: "5173" })}`;
    expect((await ask(ports.a, path, { connection: "Upgrade", upgrade: "opencode-tunnel" })).status).toBe(401);
  });

  it("the engine's call about a session is passed on, whole, to the machine that has it", async () => {
    const seen: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
    const other = createServer(async (incoming, response) => {
      seen.push({ url: incoming.url ?? "", headers: incoming.headers, body: (await incoming.toArray()).join("") });
      response.writeHead(206, { "x-from": "there" }).end("[]");
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const third = await makeSession();
    const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await dangerouslyAcrossTenants("the test adds a machine", async (tx) => {
      const [machineId, now] = ["mch_third", new Date()];
      await tx.worker.create({ data: { machineId, address, startedAt: now, heartbeatAt: now } });
      await tx.sandbox.create({ data: { id: sandboxIdOf(third.sessionId), ...third, driver: "docker", state: "hibernated", machineId } });
    });
    const call = (key: Key) =>
      fetch(`http://127.0.0.1:${ports.b}/api/inngest?fnId=x&stepId=step`, {
        method: "POST",
        body: JSON.stringify({ event: { data: key } }),
        headers: { "x-inngest-signature": "t=1&s=abc" },
      });
    await vi.waitFor(async () => expect((await call(third)).headers.get("x-from")).toBe("there"), { timeout: 10_000, interval: 200 });
    expect(seen[0]).toMatchObject({ url: "/api/inngest?fnId=x&stepId=step", body: JSON.stringify({ event: { data: third } }) });
    expect(seen[0]?.headers["x-inngest-signature"]).toBe("t=1&s=abc");
    const own = await call(onB);
    expect([own.headers.get("x-from"), own.headers.get("x-inngest-sdk")]).toEqual([null, expect.stringContaining("inngest")]);
    other.close();
  });

  it("as long as the machine is there no other one makes the sandbox; when it is gone that is said, and it is made again elsewhere", async () => {
    await expect(openSandbox({ ...onA, fill: async () => undefined })).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("on another machine"),
    });
    workers.a?.kill("SIGKILL");
    const longAgo = new Date(Date.now() - 600_000);
    await dangerouslyAcrossTenants("the test lets time pass", async (tx) => {
      await tx.worker.updateMany({ data: { heardSince: longAgo } });
      await tx.worker.updateMany({ where: { address: `http://127.0.0.1:${ports.a}` }, data: { heartbeatAt: longAgo } });
    });
    const look = () => readTerminal({ ...onA, name: "main", shell: "", after: 0, signal });
    await vi.waitFor(() => expect(look()).rejects.toMatchObject(gone), { timeout: 10_000, interval: 200 });
    await expect(atItsMachine.readFile({ ...onA, path: "mine.txt" })).rejects.toMatchObject(gone);
    await expect(listSandboxPorts(onA)).rejects.toMatchObject(gone);
    // Each process looks at the list of machines every few seconds; until then the engine's calls come again.
    await vi.waitFor(async () => expect(await workOn(workers.b, onA)).toBe("made"), { timeout: 20_000, interval: 200 });
    expect(await inTerminal(onA, "ls package.json", /[\r\n]package.json\r\n/)).toContain("package.json");
    expect(await atItsMachine.readFile({ ...onA, path: "package.json" })).toMatchObject({ kind: "text" });
  });
});

function ask(
  port: number,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, path, headers }, async (response) => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: (await response.toArray()).join("") });
    });
    call.once("error", reject).end();
  });
}
