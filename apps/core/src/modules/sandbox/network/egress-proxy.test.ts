import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createPipe, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type EgressLimits, egressProxy } from "./egress-proxy.ts";
import { networkRules, type Target } from "./network-rules.ts";
import { UnreachableTarget } from "./unreachable-target.ts";

const limits: EgressLimits = {
  connections: 4,
  headerBytes: 8 * 1024,
  headerTimeoutMs: 300,
  idleTimeoutMs: 400,
  lifeMs: 5_000,
  bytesPerConnection: 100_000,
};

/** A server that says what it was asked, and a proxy to it under the name allowed.example. */
describe("the egress proxy", () => {
  let server: Server;
  let proxy: Server | ReturnType<typeof createPipe>;
  let port = 0;
  let targets: Target[] = [];
  let blocked: { callId: string; host: string; port: number; reason: string }[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === "/away") {
        response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end();
      } else if (request.url === "/big") response.end(Buffer.alloc(1_000_000));
      else if (request.url === "/silent") request.resume();
      else {
        let body = "";
        request.on("data", (chunk) => {
          body += String(chunk);
        });
        request.on("end", () => response.end(JSON.stringify({ url: request.url, headers: request.headers, body })));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const origin = (server.address() as AddressInfo).port;
    const egress = egressProxy({
      limits,
      rules: async () => networkRules({ network: "allowlist", extraHosts: ["allowed.example", "private.example", "down.example"] }),
      onBlocked: (entry) => blocked.push(entry),
      connect: async (target) => {
        targets.push(target);
        if (target.host === "private.example") throw new UnreachableTarget("its address is not a public one", true);
        if (target.host === "down.example") throw new UnreachableTarget("down.example has no address", false);
        return new Promise<Socket>((resolve) => {
          const socket: Socket = connect(origin, "127.0.0.1", () => resolve(socket));
        });
      },
    });
    proxy = createPipe((socket) => egress.serve(socket, "call-1"));
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", () => resolve()));
    port = (proxy.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    proxy.close();
  });
  beforeEach(() => {
    targets = [];
    blocked = [];
  });

  /** Sends these bytes, and what follows once an answer has come; gives all that came back until the end. */
  function talk(first: string, then?: string): Promise<string> {
    return new Promise((resolve) => {
      let heard = "";
      const socket = connect(port, "127.0.0.1", () => socket.write(first));
      socket.on("data", (chunk) => {
        heard += chunk.toString("latin1");
        if (then !== undefined) socket.write(then);
        then = undefined;
      });
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(heard));
    });
  }
  const get = (url: string, more = "", host = new URL(url).host) => talk(`GET ${url} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`);

  it("forwards a plain request by absolute URL, without what is between it and the proxy", async () => {
    const more = "Proxy-Authorization: Basic c2VjcmV0\r\nConnection: x-mine\r\nX-Mine: 1\r\nX-Other: 2\r\nUpgrade: h2c\r\n";
    const answer = await get("http://allowed.example/path?q=1", more);
    expect(answer).toMatch(/^HTTP\/1\.1 200/);
    const said = JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1));
    expect(said.url).toBe("/path?q=1");
    expect(said.headers).toEqual({ host: "allowed.example", "x-other": "2", connection: "close" });
    expect(targets).toEqual([{ host: "allowed.example", port: 80 }]);
    const posted = await talk("POST http://allowed.example/p HTTP/1.1\r\nHost: allowed.example\r\nContent-Length: 4\r\n\r\nbody");
    expect(posted).toContain('"body":"body"');
  });

  it("tunnels, and says nothing of its own after that", async () => {
    const answer = await talk(
      "CONNECT allowed.example:443 HTTP/1.1\r\nHost: allowed.example:443\r\n\r\n",
      "GET /inside HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 Connection established\r\n\r\nHTTP\/1\.1 200 OK/);
    expect(answer).toContain('"url":"/inside"');
    expect(targets).toEqual([{ host: "allowed.example", port: 443 }]);
  });

  it("names a host that is refused, to the command and to us", async () => {
    const answer = await talk("CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden by network policy\r\n/);
    expect(answer).toContain("blocked by network policy: host evil.example:443");
    expect(await get("http://evil.example/")).toContain("blocked by network policy: host evil.example:80");
    expect(await get("http://private.example/")).toContain("its address is not a public one");
    expect(blocked).toEqual([
      { callId: "call-1", host: "evil.example", port: 443, reason: "the host is not on the workspace's list" },
      { callId: "call-1", host: "evil.example", port: 80, reason: "the host is not on the workspace's list" },
      { callId: "call-1", host: "private.example", port: 80, reason: "its address is not a public one" },
    ]);
    expect(targets).toEqual([{ host: "private.example", port: 80 }]);
    expect(await get("http://down.example/")).toMatch(/^HTTP\/1\.1 502[\s\S]*has no address/);
  });

  it("gives a redirect to whoever asked, and checks what they ask then", async () => {
    expect(await get("http://allowed.example/away")).toMatch(/302[\s\S]*169\.254\.169\.254/);
    expect(await get("http://169.254.169.254/latest/meta-data")).toContain("blocked by network policy: host 169.254.169.254:80");
    expect(targets).toHaveLength(1);
  });

  it("refuses what could mean two hosts", async () => {
    const odd = [
      get("http://allowed.example/", "", "evil.example"),
      get("http://allowed.example/", "", "allowed.example:8080"),
      talk("GET http://user:password@allowed.example/ HTTP/1.1\r\nHost: allowed.example\r\n\r\n"),
      talk("GET http://evil.example@allowed.example/ HTTP/1.1\r\nHost: allowed.example\r\n\r\n"),
      talk("GET http://allowed.example\\@evil.example/ HTTP/1.1\r\nHost: allowed.example\r\n\r\n"),
      talk("GET http://allowed.example/ HTTP/1.1\r\nHost: allowed.example\r\nHost: evil.example\r\n\r\n"),
      talk("GET / HTTP/1.1\r\nHost: allowed.example\r\n\r\n"),
      talk("GET https://allowed.example/ HTTP/1.1\r\nHost: allowed.example\r\n\r\n"),
      talk("GET ftp://allowed.example/ HTTP/1.1\r\nHost: allowed.example\r\n\r\n"),
      talk("GET http:allowed.example/ HTTP/1.1\r\nHost: allowed.example\r\n\r\n"),
      talk("CONNECT allowed.example HTTP/1.1\r\nHost: allowed.example\r\n\r\n"),
      talk("CONNECT http://allowed.example:443 HTTP/1.1\r\nHost: allowed.example\r\n\r\n"),
      talk("CONNECT evil.example:443 HTTP/1.1\r\nHost: allowed.example:443\r\n\r\n"),
      talk("CONNECT allowed.example:22 HTTP/1.1\r\nHost: allowed.example:22\r\n\r\n"),
      talk("CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n"),
      talk("CONNECT 127.0.0.1:443 HTTP/1.1\r\nHost: a\r\n\r\n"),
      talk(
        "GET http://allowed.example/ HTTP/1.1\r\nHost: allowed.example\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET http://evil.example/ HTTP/1.1\r\n\r\n",
      ),
      talk("GET http://allowed.example/ HTTP/1.1\nHost: allowed.example\n\n"),
    ];
    for (const [index, answer] of (await Promise.all(odd.map((one, at) => one.then((text) => `${at}: ${text}`)))).entries()) {
      expect(answer, String(index)).toMatch(/^\d+: (HTTP\/1\.1 (400|403)|HTTP\/1\.1 503)/);
    }
    expect(targets).toEqual([]);
  });

  it("serves one request of a connection: what follows it is not sent on", async () => {
    const answer = await talk(
      "GET http://allowed.example/1 HTTP/1.1\r\nHost: allowed.example\r\n\r\nGET http://evil.example/2 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    );
    expect(answer).toContain('"url":"/1"');
    expect(answer).not.toContain("/2");
  });

  it("bounds headers, waiting, bytes and connections", async () => {
    expect(await get("http://allowed.example/", `X-Long: ${"x".repeat(20_000)}\r\n`)).toMatch(/^HTTP\/1\.1 4\d\d/);
    const begun = performance.now();
    expect(await talk("GET http://allowed.example/ HTTP/1.1\r\nHost: allow")).toBe("");
    expect(await talk("CONN")).toBe("");
    expect(await get("http://allowed.example/silent")).not.toContain("200");
    expect((await get("http://allowed.example/big")).length).toBeLessThan(limits.bytesPerConnection * 3);
    expect(performance.now() - begun).toBeLessThan(10_000);
    const many = await Promise.all(Array.from({ length: 6 }, () => talk("GET http://allowed.example/ HTTP/1.1\r\nHost: allow")));
    expect(many.filter((answer) => answer.includes("more than 4 connections"))).toHaveLength(2);
  });
});
