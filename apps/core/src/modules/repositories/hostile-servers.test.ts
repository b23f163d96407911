import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { newId } from "../../platform/ids.ts";

const scratch = await mkdtemp(join(tmpdir(), "hostile-servers-"));
vi.stubEnv("DATA_DIR", join(scratch, "data"));

const { mirrorPath } = await import("./data-paths.ts");
const { explainGitFailure } = await import("./explain-git-failure.ts");
const { gitLine } = await import("./git.ts");
const { publicAddressesOf, urlRemote } = await import("./remote.ts");
const { syncMirror } = await import("./sync-mirror.ts");
const { makeRepository, userGit } = await import("./testing.ts");

const origin = join(scratch, "origin");
let head = "";
let pack: Buffer = Buffer.alloc(0);
const asked: string[] = [];
type Meet = (request: IncomingMessage, response: ServerResponse) => void;
let meet: Meet = () => undefined;
const timers = new Set<NodeJS.Timeout>();
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  request.resume();
  meet(request, response);
});

beforeAll(async () => {
  await makeRepository(origin, { "a.txt": "a\n", "b.bin": randomBytes(20_000) });
  head = (await userGit(origin, "rev-parse", "HEAD")).trim();
  pack = execFileSync("git", ["-C", origin, "pack-objects", "--quiet", "--stdout", "--revs"], { input: `${head}\n` });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  for (const timer of timers) clearInterval(timer);
  timers.clear();
  server.closeAllConnections();
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(scratch, { recursive: true, force: true });
});

const packet = (content: Buffer | string) => {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, "0")), bytes]);
};

/** Tells the one branch, as git's oldest protocol does; what is asked for then is met by `send`. */
const thenSend =
  (send: (response: ServerResponse) => void, tip = () => head): Meet =>
  (request, response) => {
    if (request.method === "POST") {
      response.writeHead(200, { "content-type": "application/x-git-upload-pack-result" });
      response.write(packet("NAK\n"));
      return send(response);
    }
    response.writeHead(200, { "content-type": "application/x-git-upload-pack-advertisement" });
    const first = packet(`${tip()} HEAD\0side-band-64k ofs-delta symref=HEAD:refs/heads/main\n`);
    const lines = [packet("# service=git-upload-pack\n"), "0000", first, packet(`${tip()} refs/heads/main\n`), "0000"];
    response.end(Buffer.concat(lines.map((line) => Buffer.from(line as string))));
  };

const inBand = (band: number, bytes: Buffer) => packet(Buffer.concat([Buffer.from([band]), bytes]));
const sendPack = (bytes: Buffer) => (response: ServerResponse) => {
  for (let start = 0; start < bytes.length; start += 30_000) response.write(inBand(1, bytes.subarray(start, start + 30_000)));
  response.end("0000");
};
const every = (ms: number, response: ServerResponse, chunk: () => Buffer | string) => {
  timers.add(setInterval(() => response.write(chunk()), ms));
};

async function sync(mirror = mirrorPath(newId("repository")), caps: { maxBytes?: number; fetchTimeoutMs?: number } = {}) {
  const remote = await urlRemote(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x.git`, null);
  // The product waits half a minute for a server that is this slow.
  const impatient = { ...remote, run: { ...remote.run, config: { ...remote.run.config, "http.lowSpeedTime": "1" } } };
  const given = { fullMaxBytes: 1024 ** 3, maxBytes: 1024 ** 3, fetchTimeoutMs: 20_000, ...caps };
  return syncMirror(mirror, impatient, given).then(
    () => null,
    (error: unknown) => explainGitFailure(error, "url"),
  );
}

test("the server of these tests is a server: what it sends is taken", async () => {
  meet = thenSend(sendPack(pack));
  const mirror = mirrorPath(newId("repository"));
  expect(await sync(mirror)).toBeNull();
  expect(await gitLine(["rev-parse", "main"], { gitDir: mirror })).toBe(head);
});

describe("a server that never ends", () => {
  test.each<[string, Meet, RegExp]>([
    ["says nothing", () => undefined, /too slowly/],
    [
      "tells its branches a byte at a time",
      (_, response) => {
        response.writeHead(200, { "content-type": "application/x-git-upload-pack-advertisement" });
        every(200, response, () => "0");
      },
      /too slowly/,
    ],
    ["sends its files a byte at a time", thenSend((response) => every(200, response, () => "1")), /too slowly/],
    ["takes the question and says nothing", thenSend(() => undefined), /too slowly/],
  ])("%s", async (_, how, sentence) => {
    meet = how;
    expect(await sync()).toMatch(sentence);
  });

  test("talks about its progress for ever, fast", async () => {
    meet = thenSend((response) => every(5, response, () => inBand(2, Buffer.from("remote: counting\n".repeat(20)))));
    expect(await sync(undefined, { fetchTimeoutMs: 2_500 })).toMatch(/did not deliver/);
  });
});

describe("a server that sends what it should not", () => {
  const flipped = (at: number) => Buffer.from(pack.map((byte, index) => (index === at ? byte ^ 0xff : byte)));

  test.each<[string, () => Buffer]>([
    ["a pack with a wrong byte in it", () => flipped(pack.length >> 1)],
    ["a pack with a wrong sum", () => flipped(pack.length - 1)],
    ["half a pack", () => pack.subarray(0, pack.length >> 1)],
    ["no pack at all", () => Buffer.from("<html>sign in</html>")],
  ])("%s changes nothing, and is told", async (_, bytes) => {
    const mirror = mirrorPath(newId("repository"));
    meet = thenSend(sendPack(pack));
    expect(await sync(mirror)).toBeNull();
    const before = await gitLine(["for-each-ref"], { gitDir: mirror });
    // A later state, whose pack is damaged.
    const tree = (await userGit(origin, "rev-parse", "HEAD^{tree}")).trim();
    const later = (await userGit(origin, "commit-tree", tree, "-m", `later ${Math.random()}`)).trim();
    meet = thenSend(sendPack(bytes()), () => later);
    expect(await sync(mirror)).toMatch(/damaged/);
    expect(await gitLine(["for-each-ref"], { gitDir: mirror })).toBe(before);
  });

  test("another commit than the one it told of", async () => {
    const other = join(scratch, "other");
    await makeRepository(other, { "z.txt": "z\n" });
    const wrong = execFileSync("git", ["-C", other, "pack-objects", "--quiet", "--stdout", "--revs"], { input: "HEAD\n" });
    meet = thenSend(sendPack(wrong));
    expect(await sync()).toMatch(/damaged/);
  });

  test("a redirect: where it leads is not asked when the product serves many", async () => {
    let visits = 0;
    const inside = createServer((_, response) => {
      visits++;
      response.end("secret");
    });
    await new Promise<void>((resolve) => inside.listen(0, "127.0.0.1", resolve));
    const goal = `http://127.0.0.1:${(inside.address() as AddressInfo).port}`;
    meet = (request, response) => response.writeHead(302, { location: `${goal}${request.url}` }).end();
    const remote = await urlRemote(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x.git`, null);
    const ofMany = { ...remote, run: { ...remote.run, config: { ...remote.run.config, "http.followRedirects": "false" } } };
    const message = await syncMirror(mirrorPath(newId("repository")), ofMany).then(String, (error) => explainGitFailure(error, "url"));
    expect(message).toMatch(/another address/);
    expect(visits).toBe(0);
    await new Promise((resolve) => inside.close(resolve));
  });

  test.each(["127.0.0.1", "[::1]", "10.0.0.5", "169.254.169.254", "[fd00::1]", "localhost"])(
    "no repository is looked for at %s",
    async (host) => {
      await expect(publicAddressesOf(host)).rejects.toMatchObject({ code: "BAD_REQUEST" });
    },
  );
});

test("nothing half stays behind", async () => {
  const mirror = mirrorPath(newId("repository"));
  meet = thenSend((response) => {
    response.write(inBand(1, pack.subarray(0, 5_000)));
    response.socket?.end();
  });
  expect(await sync(mirror)).not.toBeNull();
  const left = execFileSync("find", [mirror, "-name", "tmp_*"], { encoding: "utf8" });
  expect(left).toBe("");
  expect(existsSync(join(mirror, "HEAD"))).toBe(true);
});
