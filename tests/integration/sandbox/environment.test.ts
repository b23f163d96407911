import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open as openDirectory } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SandboxPolicy, SetupReport } from "@opencode/core/modules/sandbox/contract.ts";
import { destroySandbox } from "@opencode/core/modules/sandbox/destroy-sandbox.ts";
import { placeOf } from "@opencode/core/modules/sandbox/directories.ts";
import type { SandboxDriver } from "@opencode/core/modules/sandbox/driver.ts";
import { createRuntime, type SandboxRuntime } from "@opencode/core/modules/sandbox/drivers.ts";
import { listenForSandbox } from "@opencode/core/modules/sandbox/network/egress-socket.ts";
import { type OpenSandboxInput, openSandbox, sandboxIdOf } from "@opencode/core/modules/sandbox/open-sandbox.ts";
import { sandboxAvailability } from "@opencode/core/modules/sandbox/sandbox-availability.ts";
import { updateSandboxPolicy } from "@opencode/core/modules/sandbox/settings/sandbox-policy.ts";
import { setSetupSecret } from "@opencode/core/modules/sandbox/settings/setup-secrets.ts";
import type { SandboxEnvironment } from "@opencode/core/modules/sandbox/setup/environment.ts";
import { showSandbox } from "@opencode/core/modules/sandbox/show-sandbox.ts";
import { dangerouslyAcrossTenants } from "@opencode/core/platform/database/database.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nextCall, refusal, shell } from "./driver-suite.ts";
import { makeSession } from "./tenant-rows.ts";

const dataDirectory = mkdtempSync(join(tmpdir(), "sandbox-environment-"));
const hosts: Record<string, readonly string[]> = {
  "mirror.example": ["127.0.0.1"],
  "other.example": ["127.0.0.1"],
  "inner.example": ["10.0.0.5"],
};
const plain = createRuntime({
  ...{ dataDirectory, driver: "auto", dockerImage: "none", privateNetworks: "127.0.0.0/8" },
  resolve: async (host) => hosts[host] ?? [],
});
let origin = 0;
// Servers of tests have no port 80: what a sandbox asks there is sent to ours.
const runtime: SandboxRuntime = { ...plain, connectOut: (target) => plain.connectOut({ ...target, port: origin }) };
const available = (await sandboxAvailability(runtime)).available;
if (!available) console.error("\n*** Setup and network of sandboxes are NOT tested: no driver works here ***\n");

type Key = Awaited<ReturnType<typeof makeSession>>;
const keys: Key[] = [];
const canary = `cnry-${newId("request")}`;
const actorId = newId("user");

async function session(of?: Key): Promise<Key> {
  const key = await makeSession(of?.workspaceId);
  keys.push(key);
  return key;
}
const policy = (key: Key, change: Partial<SandboxPolicy>) => updateSandboxPolicy({ workspaceId: key.workspaceId, actorId, change });

function fill(directory: string): void {
  execFileSync("git", ["init", "--quiet", directory]);
  writeFileSync(join(directory, "package-lock.json"), "{}\n");
  writeFileSync(join(directory, ".gitignore"), "node_modules\n");
  execFileSync("git", ["-C", directory, "add", "."]);
  execFileSync("git", ["-C", directory, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "--message", "base"]);
}

const environment = (more: Partial<SandboxEnvironment>): SandboxEnvironment => ({
  ...{ source: "opencode.jsonc", scope: "r", image: null, setup: [], secrets: [], network: undefined, notes: [] },
  ...more,
});

const open = (key: Key, more: Partial<SandboxEnvironment> = {}, input: Partial<OpenSandboxInput> = {}) =>
  openSandbox({ ...key, fill: async (directory) => fill(directory), environment: async () => environment(more), ...input }, runtime);

const fetchScript = (url: string) => `curl -sS -m 5 -o - -w '\\n%{http_code}' ${url}`;

afterAll(async () => {
  for (const key of keys) await destroySandbox(key, runtime);
  rmSync(dataDirectory, { recursive: true, force: true });
});

describe.skipIf(!available)("the network of a sandbox", () => {
  let server: Server;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === "/away") response.writeHead(302, { location: "http://169.254.169.254/latest/" }).end();
      else response.end(`served ${request.headers.host}`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = (server.address() as AddressInfo).port;
  });
  afterAll(() => server.close());

  it("is an allow-list: allowed hosts answer, others are named in the output, in the result and to people", async () => {
    const key = await session();
    await policy(key, { extraHosts: ["mirror.example", "inner.example"] });
    const told: unknown[] = [];
    const box = await open(key, {}, { onBlocked: async (callId, blocked) => void told.push({ callId, blocked }) });
    expect((await shell(box, fetchScript("http://mirror.example/"))).output).toBe("served mirror.example\n200");
    const node = await shell(box, `node -e 'fetch("http://mirror.example/").then((r) => r.text()).then(console.log)'`);
    expect(node.output).toContain("served mirror.example");

    const callId = nextCall();
    const refused = await box.exec({
      callId,
      command: `${fetchScript("http://other.example/")}; ${fetchScript("https://other.example/")}`,
      timeoutMs: 20_000,
    });
    const reason = "the host is not on the workspace's list";
    expect(refused.output).toContain(`blocked by network policy: host other.example:80 (${reason})\n\n403`);
    expect(refused.output).toMatch(/blocked by network policy: host other\.example:443 \(.*\)\n$/);
    const blocked = [80, 443].map((port) => ({ host: "other.example", port, reason, count: 1 }));
    expect(refused.blocked).toEqual(blocked);
    await expect.poll(() => told).toEqual([{ callId, blocked }]);
    await expect
      .poll(async () => (await showSandbox(key)).network.blocked.map(({ host, port }) => `${host}:${port}`))
      .toEqual(["other.example:80", "other.example:443"]);

    expect((await shell(box, fetchScript("-L http://mirror.example/away"))).output).toContain("host 169.254.169.254:80");
    expect((await shell(box, fetchScript("http://inner.example/"))).output).toContain("its address is not a public one");
    expect((await shell(box, fetchScript("http://nowhere.example/"))).output).toContain("not on the workspace's list");
    // Without the proxy there is no way at all.
    const bare = await shell(
      box,
      "env -i /usr/bin/curl -sS -m 5 http://1.1.1.1 2>&1; cat /proc/net/route | wc -l; ls -A /opt/opencode/egress | wc -l",
    );
    expect(bare.output).toMatch(/^curl: \(7\).*\n1\n0\n$/);
    // One command can be denied what others have.
    const denied = await box.exec({
      callId: nextCall(),
      command: `env | grep -ci proxy; ${fetchScript("http://mirror.example/")}`,
      timeoutMs: 20_000,
      access: { network: "none" },
    });
    expect(denied.output).toMatch(/^0\n[\s\S]*000$/);

    // A policy that is changed holds from then on, without a restart.
    await policy(key, { network: "none" });
    await expect
      .poll(async () => (await shell(box, `env | grep -ci proxy; ${fetchScript("http://mirror.example/")}`)).output, { timeout: 10_000 })
      .toMatch(/^0\n[\s\S]*000$/);
    await policy(key, { network: "full" });
    await expect
      .poll(async () => (await shell(box, fetchScript("http://other.example/"))).output, { timeout: 10_000 })
      .toBe("served other.example\n200");
    expect((await shell(box, fetchScript("http://10.0.0.5/"))).output).toContain("its address is not a public one");
    await box.close();
  });

  it("can be narrowed by the repository, but not widened", async () => {
    const key = await session();
    await policy(key, { extraHosts: ["mirror.example"] });
    const box = await open(key, { network: ["mirror.example", "other.example"] });
    expect((await shell(box, fetchScript("http://mirror.example/"))).output).toContain("served");
    for (const host of ["other.example", "registry.npmjs.org"]) {
      expect((await shell(box, fetchScript(`http://${host}/`))).output).toContain("not on the workspace's list");
    }
    expect((await showSandbox(key)).network).toMatchObject({ mode: "allowlist", hosts: ["mirror.example"] });
    await box.close();
    const silent = await session(key);
    const none = await open(silent, { network: "none", setup: [`${fetchScript("http://mirror.example/")} | grep served`] });
    expect((await showSandbox(silent)).setup).toMatchObject({ state: "done" });
    expect((await shell(none, `env | grep -ci proxy; ${fetchScript("http://mirror.example/")}`)).output).toMatch(/^0\n[\s\S]*000$/);
    await none.close();
  });

  it("is one sandbox's own: another one's proxy can't be used", async () => {
    const key = await session();
    const box = await open(key);
    const place = placeOf(dataDirectory, sandboxIdOf(key.sessionId));
    const [socket = ""] = readdirSync(place.egress);
    const forged = `${JSON.stringify({ secret: "0".repeat(64), callId: "forged" })}\nGET http://mirror.example/ HTTP/1.1\r\nHost: mirror.example\r\n\r\n`;
    for (const said of ["GET http://mirror.example/ HTTP/1.1\r\nHost: mirror.example\r\n\r\n", forged, "x".repeat(5_000)]) {
      expect(await answerOf(place.egress, socket, said)).toBe("");
    }
    await box.close();
  });
});

describe.skipIf(!available)("the setup of a sandbox", () => {
  const setup = [
    "mkdir -p node_modules/a && date +%s%N > node_modules/a/made && echo cached-home > ~/.tool && echo installing",
    "test -s node_modules/a/made",
  ];

  it("runs before anything else, is kept for the next session, and runs again when the lockfile changes or somebody wants it", async () => {
    const key = await session();
    const reports: SetupReport[] = [];
    const onSetup = async (report: SetupReport) => void reports.push(report);
    const box = await open(key, { setup, notes: ["features are not supported"] }, { onSetup });
    const made = (await shell(box, "cat node_modules/a/made ~/.tool; ls -A ~")).output;
    expect(made).toMatch(/^\d+\ncached-home\n\.tool\n$/);
    expect(reports[0]).toMatchObject({ state: "done", cachedAt: null, error: null, source: "opencode.jsonc" });
    expect(reports[0]?.log).toContain("note: features are not supported\n$ mkdir");
    expect(reports[0]?.log).toContain("installing\n");
    await box.close();

    const second = await session(key);
    const again = await open(second, { setup }, { onSetup });
    expect((await shell(again, "cat node_modules/a/made ~/.tool; ls -A ~; git status --porcelain")).output).toBe(made);
    expect(reports[1]?.cachedAt).not.toBeNull();
    expect((await showSandbox(second)).setup?.log).toContain("installing\n");
    await again.close();

    const anew = async (input: Partial<OpenSandboxInput>) => {
      const other = await open(await session(key), { setup }, { onSetup, ...input });
      const output = (await shell(other, "cat node_modules/a/made")).output;
      await other.close();
      return output;
    };
    expect(await anew({ ignoreSetupCache: true })).not.toBe(made.split("\n")[0]);
    const changed = async (directory: string) => {
      fill(directory);
      writeFileSync(join(directory, "package-lock.json"), "{ }\n");
    };
    await anew({ fill: changed });
    expect(reports.slice(2).map(({ cachedAt }) => cachedAt)).toEqual([null, null]);
    // Another workspace has results of its own.
    const stranger = await open(await session(), { setup }, { onSetup });
    expect(reports.at(-1)?.cachedAt).toBeNull();
    await stranger.close();
  });

  it.each([
    ["a pipe", "mkfifo ~/.opencode-setup.tar"],
    ["a link", "ln -s /workspace/package-lock.json ~/.opencode-setup.tar"],
    ["a directory", "mkdir -p ~/.opencode-setup.tar/x"],
  ])("is not fooled by %s where its result is to be packed", async (_what, command) => {
    const key = await session();
    const commands = [`${command}; mkdir -p node_modules; echo 1 > node_modules/one`];
    for (const one of [key, await session(key)]) {
      const box = await open(one, { setup: commands });
      expect((await shell(box, "cat node_modules/one package-lock.json; ls -A ~")).output).toMatch(/^1\n\{\}\n(\.cache\n)?$/);
      await box.close();
    }
    expect((await showSandbox(key)).setup).toMatchObject({ state: "done" });
  });

  it("has the way to the network that its driver gives, and leaves those of others alone", async () => {
    let opened = 0;
    const listening = (driver: SandboxDriver): SandboxDriver => ({
      ...driver,
      listen: async (place, ...rest) => {
        const way = await listenForSandbox(place, ...rest);
        opened += 1;
        writeFileSync(join(place.egress, `${opened}.tcp`), "another worker's");
        return way;
      },
    });
    const { bubblewrap, docker } = runtime.drivers;
    const drivers = { ...runtime.drivers, bubblewrap: listening(bubblewrap), docker: listening(docker) };
    const key = await session();
    const box = await openSandbox(
      { ...key, fill: async (directory) => fill(directory), environment: async () => environment({ setup: ["true"] }) },
      { ...runtime, drivers },
    );
    const ways = readdirSync(placeOf(dataDirectory, sandboxIdOf(key.sessionId)).egress);
    expect(opened).toBeGreaterThan(1); // by setup, and by who works there afterwards
    expect(ways.filter((name) => name.endsWith(".tcp"))).toHaveLength(opened);
    await box.close();
  });

  it("says which command failed, and the sandbox can be used all the same", async () => {
    const key = await session();
    const box = await open(key, { setup: ["echo before", "echo broken >&2; exit 7", "echo never"] });
    const shown = await showSandbox(key);
    expect(shown.setup).toMatchObject({ state: "failed", error: "A command ended with exit code 7: echo broken >&2; exit 7" });
    expect(shown.setup?.log).toMatch(/before\n.*\nbroken\n$/);
    expect(shown.state).toBe("ready");
    expect((await shell(box, "echo works")).output).toBe("works\n");
    await box.close();
  });

  it("gives secrets to its commands, and to nobody afterwards", async () => {
    const key = await session();
    await setSetupSecret({ workspaceId: key.workspaceId, actorId, name: "NPM_TOKEN", value: canary });
    await setSetupSecret({ workspaceId: key.workspaceId, actorId, name: "NOT_ASKED", value: `${canary}-other` });
    const use =
      'echo "$NPM_TOKEN" | grep -q cnry && test -z "$NOT_ASKED" && echo "it is $NPM_TOKEN, $(printf %s "$NPM_TOKEN" | base64 -w0)" && sleep 600 & sleep 0.2; echo ok > used.txt';
    const box = await open(key, { setup: [use], secrets: ["NPM_TOKEN", "MISSING_ONE"] });
    const { setup: report } = await showSandbox(key);
    expect(report).toMatchObject({ state: "done" });
    expect(report?.log).toContain("it is [secret], [secret]");
    expect(report?.log).toContain("the workspace has no setup secret MISSING_ONE");
    const half = canary.slice(5);
    const look = `a=cnry; n="$a-${half}"; env | grep -c "$n"; grep -rlsaF -- "$n" /proc/[0-9]*/environ /proc/[0-9]*/mem /workspace /home /tmp /outputs /etc /opt/opencode 2>/dev/null | grep -v -e '^/proc/'$$ -e /proc/self; ls; true`;
    expect((await shell(box, look)).output).toBe("0\npackage-lock.json\nused.txt\n");
    // Nor on the host: neither in the sandbox's directories nor in the database.
    expect(filesWith(dataDirectory, canary)).toEqual([]);
    const rows = await dangerouslyAcrossTenants("the test looks for its canary", async (tx) =>
      JSON.stringify([
        await tx.sandbox.findMany(),
        await tx.sandboxReport.findMany(),
        await tx.auditEntry.findMany(),
        await tx.setupSecret.findMany(),
      ]),
    );
    expect(rows).not.toContain(canary);
    await box.close();
  });

  it.each([
    ["a file of the workspace", 'echo "//registry.npmjs.org/:_authToken=$NPM_TOKEN" > .npmrc'],
    ["its home, unreadable", 'mkdir -p ~/.config && printf %s "$NPM_TOKEN" | base64 > ~/.config/x && chmod 000 ~/.config/x ~/.config'],
    ["a name", 'mkdir -p "node_modules/$NPM_TOKEN"'],
  ])("fails when a command leaves a secret in %s", async (_where, command) => {
    const key = await session();
    await setSetupSecret({ workspaceId: key.workspaceId, actorId, name: "NPM_TOKEN", value: canary });
    expect(await refusal(open(key, { setup: [command], secrets: ["NPM_TOKEN"] }))).toBe("UNPROCESSABLE");
    const shown = await showSandbox(key);
    expect(shown.error).toContain("left a setup secret in the sandbox");
    expect(shown.error).not.toContain(canary);
    expect(filesWith(dataDirectory, canary)).toEqual([]);
  });

  it("is made anew from what was recorded when its directory is gone", async () => {
    const key = await session();
    const box = await open(key, { setup: ["echo x > ~/.tool"] });
    await box.close();
    const place = placeOf(dataDirectory, box.id);
    await runtime.drivers[box.driver].stop(place);
    rmSync(place.root, { recursive: true });
    const refill = async (directory: string) => {
      fill(directory);
      writeFileSync(join(directory, "recorded.txt"), "as it was\n");
    };
    const again = await open(key, { setup: ["echo x > ~/.tool"] }, { refill });
    expect((await shell(again, "cat recorded.txt ~/.tool")).output).toBe("as it was\nx\n");
    await again.close();
  });
});

/** What a socket in this directory answers; a socket's own path may be too long to be connected to. */
async function answerOf(directory: string, name: string, said: string): Promise<string> {
  const handle = await openDirectory(directory);
  try {
    return await new Promise((resolve) => {
      let heard = "";
      const socket = connect(`/proc/self/fd/${handle.fd}/${name}`, () => socket.write(said));
      socket.on("data", (chunk) => {
        heard += String(chunk);
      });
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(heard));
    });
  } finally {
    await handle.close();
  }
}

function filesWith(directory: string, text: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("sandbox-agent"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path.includes(text) || readFileSync(path).includes(text));
}
