import { rmSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { TerminalOutput } from "@opencode/core/modules/sandbox/contract.ts";
import { destroySandbox } from "@opencode/core/modules/sandbox/destroy-sandbox.ts";
import {
  useTerminal as actAtTerminal,
  createPreviewServer,
  dropLinks,
  openSandbox,
  readTerminal,
  sandboxAvailability,
  sandboxCallPath,
} from "@opencode/core/modules/sandbox/index.ts";
import { previewOrigin } from "@opencode/core/modules/sandbox/preview/preview-address.ts";
import { createPreviewLink, listSandboxPorts } from "@opencode/core/modules/sandbox/preview/preview-link.ts";
import { signGrant } from "@opencode/core/modules/sandbox/preview/preview-token.ts";
import { dangerouslyAcrossTenants } from "@opencode/core/platform/database/database.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startLocalWorker } from "./local-worker.ts";
import { makeMember, makeSession } from "./tenant-rows.ts";

// Before anything reads the environment, which is read once.
const { dataDirectory, workerPort } = await vi.hoisted(async () =>
  (await import("./worker-environment.ts")).ownWorkerEnvironment("sandbox-interactive"),
);
const workerUrl = `http://127.0.0.1:${workerPort}`;
const worker = await startLocalWorker(workerPort);
const available = (await sandboxAvailability()).available;
if (!available) console.error("\n*** Terminals and previews are NOT tested: no driver works here ***\n");

const signal = new AbortController().signal;
const userId = newId("user");
const actor = { kind: "user", id: userId } as const;

describe.skipIf(!available)("what people do in a session's sandbox", () => {
  let key: Awaited<ReturnType<typeof makeSession>>;
  let shown = "";
  let position = { shell: "", after: 0 };

  const act = (action: Parameters<typeof actAtTerminal>[0]["action"]) => actAtTerminal({ ...key, actor, name: "main", action });
  const type = (text: string) => act({ kind: "write", data: Buffer.from(text).toString("base64") });
  const read = async (): Promise<TerminalOutput> => {
    const output = await readTerminal({ ...key, name: "main", ...position, signal });
    const bytes = Buffer.from(output.data, "base64");
    position = { shell: output.shell, after: output.offset + bytes.length };
    shown += bytes.toString("utf8");
    return output;
  };
  const readUntil = async (what: RegExp) => {
    while (!what.test(shown)) if ((await read()).state !== "open") throw new Error(`the terminal ended: ${shown}`);
  };

  beforeAll(async () => {
    key = await makeSession();
    await makeMember(key.workspaceId, userId);
  });
  afterAll(async () => {
    await dropLinks();
    await destroySandbox(key);
    worker.close();
    rmSync(dataDirectory, { recursive: true, force: true });
  });

  it("has nothing to show before there is a sandbox, and makes none", async () => {
    expect(await act({ kind: "open", cols: 80, rows: 24 })).toEqual({ state: "none", created: false });
    expect((await read()).state).toBe("none");
    expect(await listSandboxPorts(key)).toMatchObject({ awake: false, ports: [] });
  });

  it("is a terminal with a size, whose output is read from any offset, twice the same", async () => {
    await (await openSandbox({ ...key, fill: async () => undefined })).close();
    expect(await act({ kind: "open", cols: 91, rows: 33 })).toEqual({ state: "open", created: true });
    expect((await act({ kind: "open", cols: 80, rows: 24 })).created).toBe(false);
    await type("stty size; tty\n");
    await readUntil(/33 91\r\n\/dev\/pts\/\d+/);
    await act({ kind: "resize", cols: 120, rows: 40 });
    await type("until [ \"$(stty size)\" = '40 120' ]; do :; done; echo re''sized\n");
    await readUntil(/[\r\n]resized/);
    const again = await readTerminal({ ...key, name: "main", shell: position.shell, after: 0, signal });
    expect(Buffer.from(again.data, "base64").toString("utf8")).toBe(shown);
    const audited = await dangerouslyAcrossTenants("the test reads the audit", (tx) =>
      tx.auditEntry.findMany({ where: { subjectId: key.sessionId } }),
    );
    expect(audited.map(({ action }) => action)).toEqual(["terminal.open"]);
  });

  it("is refused unsigned, and signed for another call", async () => {
    const body = JSON.stringify({ call: "ports", ...key });
    const unsigned = await fetch(workerUrl + sandboxCallPath, { method: "POST", body });
    expect(unsigned.status).toBe(401);
    const headers = { "x-internal-timestamp": String(Date.now()), "x-internal-signature": "0".repeat(64) };
    expect((await fetch(workerUrl + sandboxCallPath, { method: "POST", body, headers })).status).toBe(401);
  });

  it("shows another tenant nothing", async () => {
    const other = await makeSession();
    const foreign = { workspaceId: other.workspaceId, sessionId: key.sessionId };
    await expect(actAtTerminal({ ...foreign, actor, name: "main", action: { kind: "open", cols: 80, rows: 24 } })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(readTerminal({ ...foreign, name: "main", shell: "", after: 0, signal })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(listSandboxPorts(foreign)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(createPreviewLink({ ...foreign, userId, port: 1 })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  describe("a preview", () => {
    const server = createPreviewServer();
    let port = 0;
    let origin = "";
    let visit = "";

    interface Answer {
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: string;
    }
    const ask = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
      new Promise((resolve, reject) => {
        const call = request({ host: "127.0.0.1", port, path, headers: { host: new URL(origin).host, ...headers } }, async (response) => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: (await response.toArray()).join("") });
        });
        call.once("upgrade", (response, socket, head) => {
          const settle = (chunk: Buffer) => {
            socket.destroy();
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: chunk.toString("utf8") });
          };
          if (head.length > 0) settle(head);
          else socket.once("data", settle);
        });
        call.once("error", reject).end();
      });

    beforeAll(async () => {
      if (!server) throw new Error("no preview server");
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      port = (server.address() as AddressInfo).port;
      origin = previewOrigin("http://localhost:21998", { sandboxId: key.sessionId.replace("ses_", "sbx_"), port: 5173 });
      const script = [
        'const s = require("http").createServer((q, r) => {',
        'r.setHeader("set-cookie", ["a=b; Path=/; Domain=localhost", "authjs.session-token=evil", "opencode-preview=evil"]);',
        'r.setHeader("clear-site-data", "\\"cookies\\""); r.setHeader("strict-transport-security", "max-age=1");',
        'if (q.url === "/away") { r.statusCode = 302; r.setHeader("location", "http://localhost:5173/there"); }',
        "r.end(JSON.stringify(q.headers)); });",
        's.on("upgrade", (q, c) => c.write("HTTP/1.1 101 S\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\nfrom inside"));',
        's.listen(5173, () => console.log("listen" + "ing"));',
      ].join(" ");
      await type(`node -e '${script}' &\n`);
      await readUntil(/listening\r\n/);
    });
    afterAll(() => server?.close());

    it("is found by its port", async () => {
      expect(await listSandboxPorts(key)).toEqual({ awake: true, ports: [5173], previewProblem: null });
    });

    it("opens with a link once, for its own port only", async () => {
      const { url } = await createPreviewLink({ ...key, userId, port: 5173 });
      expect(url.startsWith(`${origin}/.opencode/enter?token=`)).toBe(true);
      const path = url.slice(origin.length);
      const elsewhere = new URL(origin).host.replace("p-5173", "p-22");
      expect((await ask(path, { host: elsewhere })).status).toBe(401);
      expect((await ask(path, { host: "localhost:21998" })).status).toBe(404);
      expect((await ask(`${path.slice(0, -2)}xx`)).status).toBe(401);
      const entered = await ask(path);
      expect(entered).toMatchObject({ status: 303, headers: { location: "/" } });
      visit = String(entered.headers["set-cookie"]).split(";", 1)[0] ?? "";
      expect(String(entered.headers["set-cookie"])).toMatch(/HttpOnly; SameSite=Lax/);
      expect((await ask(path)).status).toBe(401);
    });

    it("shows what the server says, without anything of ours going in or reaching out", async () => {
      expect((await ask("/")).status).toBe(401);
      const cookie = `${visit}; authjs.session-token=secret; theirs=1`;
      const answer = await ask("/", { cookie, "x-forwarded-for": "10.0.0.1", origin, authorization: "Bearer theirs" });
      expect(answer.status).toBe(200);
      const seen: Record<string, string> = JSON.parse(answer.body);
      expect(seen).toMatchObject({
        host: "localhost:5173",
        origin: "http://localhost:5173",
        cookie: "theirs=1",
        authorization: "Bearer theirs",
      });
      expect(answer.body).not.toMatch(/secret|opencode-preview|10\.0\.0\.1/);
      expect(answer.headers["set-cookie"]).toEqual(["a=b; Path=/"]);
      expect(answer.headers).not.toHaveProperty("clear-site-data");
      expect(answer.headers).not.toHaveProperty("strict-transport-security");
      expect((await ask("/away", { cookie })).headers.location).toBe(`${origin}/there`);
    });

    it("joins a WebSocket of its own page, and of no other", async () => {
      const upgrade = {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-key": "x",
        "sec-websocket-version": "13",
        cookie: visit,
      };
      expect(await ask("/ws", { ...upgrade, origin })).toMatchObject({ status: 101, body: "from inside" });
      expect((await ask("/ws", { ...upgrade, origin: "http://evil.test" })).status).toBe(401);
      expect((await ask("/ws", { ...upgrade, origin, cookie: "" })).status).toBe(401);
    });

    it("is closed to who is no member, whatever he holds", async () => {
      const grant = { ...key, sandboxId: key.sessionId.replace("ses_", "sbx_"), port: 5173, expiresAt: Date.now() + 60_000 };
      const stranger = signGrant({ ...grant, kind: "visit", userId: newId("user") });
      expect((await ask("/", { cookie: `opencode-preview=${stranger}` })).status).toBe(401);
      const expired = signGrant({ ...grant, kind: "visit", userId, expiresAt: Date.now() - 1 });
      expect((await ask("/", { cookie: `opencode-preview=${expired}` })).status).toBe(401);
      const link = signGrant({ ...grant, kind: "link", userId });
      expect((await ask("/", { cookie: `opencode-preview=${link}` })).status).toBe(401);
    });
  });

  it("ends with what runs in it when it is closed", async () => {
    await act({ kind: "close" });
    for (let output = await read(); output.state === "open"; ) output = await read();
    const box = await openSandbox({ ...key, fill: async () => undefined });
    expect((await box.exec({ callId: "after", command: "ps ax | grep -c '[b]ash --norc'", timeoutMs: 10_000 })).output.trim()).toBe("0");
    await box.close();
    expect((await listSandboxPorts(key)).ports).toEqual([]);
    const before = position.shell;
    await act({ kind: "open", cols: 80, rows: 24 });
    shown = "";
    await readUntil(/\$ $/);
    expect(position.shell).not.toBe(before);
  });
});
