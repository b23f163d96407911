import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { limits } from "../../../platform/limits.ts";
import { parseRanges } from "./address-ranges.ts";
import { checkedConnector } from "./checked-connect.ts";
import { egressProxy } from "./egress-proxy.ts";
import type { Target } from "./network-rules.ts";
import { upstreamProxy } from "./upstream-proxy.ts";

/** A proxy as a company has one: a process of its own that says what it was asked for, and reaches one server whatever the name. */
const program = `
const [port] = process.argv.slice(1);
const server = require("node:http").createServer((request, response) => response.writeHead(405).end());
server.on("connect", (request, client, head) => {
  client.on("error", () => undefined);
  console.log(JSON.stringify([request.url, request.headers["proxy-authorization"] ?? null]));
  const say = (line) => client.end("HTTP/1.1 " + line + "\\r\\n\\r\\n");
  if (request.url.startsWith("refused")) return say("403 Forbidden");
  if (request.url.startsWith("locked")) return say("407 Proxy Authentication Required");
  if (request.url.startsWith("silent")) return;
  if (request.url.startsWith("mute")) return client.destroy();
  if (request.url.startsWith("odd")) return client.end("SSH-2.0-x\\r\\n\\r\\n");
  if (request.url.startsWith("long")) return client.write("HTTP/1.1 200 OK\\r\\nX: " + "x".repeat(40000));
  const upstream = require("node:net").connect(Number(port), "127.0.0.1", () => {
    client.write("HTTP/1.1 200 Connection established\\r\\nVia: test\\r\\n\\r\\n");
    upstream.pipe(client).pipe(upstream);
  });
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify([String(server.address().port), null])));
`;

type Asked = [target: string, authorization: string | null];

async function startProxy(originPort: number, onAsked: (asked: Asked) => void = () => undefined) {
  const started = spawn(process.execPath, ["-e", program, String(originPort)], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: started.stdout });
  const [first] = await once(lines, "line");
  lines.on("line", (line) => onAsked(JSON.parse(line)));
  return { process: started as ChildProcess, port: String(JSON.parse(first)[0]) };
}

describe("a proxy between here and the internet", () => {
  let origin: Server;
  let proxy: ChildProcess;
  let port = "";
  let asked: Asked[] = [];
  beforeAll(async () => {
    origin = createServer((socket) => socket.on("error", () => undefined).end("the internet"));
    origin.listen(0, "127.0.0.1");
    await once(origin, "listening");
    ({ process: proxy, port } = await startProxy((origin.address() as AddressInfo).port, (line) => asked.push(line)));
  });
  beforeEach(() => {
    asked = [];
  });
  afterAll(async () => {
    proxy.kill();
    origin.close();
  });

  const resolve = async (host: string) => {
    if (host.endsWith("private.example")) return ["203.0.112.1", "10.0.0.7"];
    if (host.endsWith("mirror.example")) return ["127.0.0.1"];
    return host.endsWith(".example") && !host.endsWith("unknown.example") ? ["8.8.4.4"] : [];
  };
  function connector(options: { takesNames?: boolean; spared?: string; user?: string; ranges?: string } = {}) {
    const url = `http://${options.user ?? ""}127.0.0.1:${port}`;
    const upstream = upstreamProxy({ url, spared: options.spared, takesNames: options.takesNames ?? false });
    return checkedConnector({ privateRanges: parseRanges(options.ranges ?? ""), upstream, resolve, timeoutMs: 1_500 });
  }
  const heard = (target: Target, options?: Parameters<typeof connector>[0]) =>
    connector(options)(target).then(text, (error: unknown) => (error instanceof Error ? error.message : "?"));

  it("tunnels to the address that was checked, and to nothing that is private", async () => {
    expect(await heard({ host: "registry.example", port: 443 })).toBe("the internet");
    expect(await heard({ host: "2001:4860:4860::8888", port: 80 })).toBe("the internet");
    expect(asked).toEqual([
      ["8.8.4.4:443", null],
      ["[2001:4860:4860::8888]:80", null],
    ]);
    for (const host of ["private.example", "169.254.169.254", "127.0.0.1"]) {
      expect(await heard({ host, port: 80 })).toBe("its address is not a public one");
      expect(await heard({ host, port: 80 }, { takesNames: true })).toBe("its address is not a public one");
    }
    expect(await heard({ host: "unknown.example", port: 443 })).toBe("unknown.example has no address");
    expect(asked).toHaveLength(2);
  });

  it("names the host where it is told to, also one that can't be looked up here", async () => {
    expect(await heard({ host: "registry.example", port: 443 }, { takesNames: true })).toBe("the internet");
    expect(await heard({ host: "unknown.example", port: 443 }, { takesNames: true })).toBe("the internet");
    for (const host of ["intranet", "metadata.google.internal", "printer.local"]) {
      expect(await heard({ host, port: 443 }, { takesNames: true })).toBe("its name is not a public one");
    }
    expect(asked.map(([target]) => target)).toEqual(["registry.example:443", "unknown.example:443"]);
  });

  it("says who it is to the proxy, and to nobody else", async () => {
    const options = { user: "us%40er:p%3Ass@", takesNames: true };
    expect(await heard({ host: "registry.example", port: 443 }, options)).toBe("the internet");
    expect(asked[0]?.[1]).toBe(`Basic ${Buffer.from("us@er:p:ss").toString("base64")}`);
    expect(await heard({ host: "registry.example", port: 443 }, { user: "user:50%off%21@" })).toBe("the internet");
    expect(asked[1]?.[1]).toBe(`Basic ${Buffer.from("user:50%off!").toString("base64")}`);
    for (const host of ["refused", "locked", "silent", "mute", "odd", "long"].map((name) => `${name}.example`)) {
      const said = await heard({ host, port: 443 }, options);
      expect(said).toMatch(/^the proxy between here and the internet [\w ()]+$/);
    }
  });

  it("carries plain requests and tunnels of the sandbox's own proxy", async () => {
    const http = createHttpServer((request, response) => response.end(`served ${request.url} of ${request.headers.host}`));
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const behind = await startProxy((http.address() as AddressInfo).port);
    const upstream = upstreamProxy({ url: `http://127.0.0.1:${behind.port}`, takesNames: false });
    const sandboxes = egressProxy({
      rules: async () => ({ mode: "full", hosts: [] }),
      connect: checkedConnector({ privateRanges: parseRanges(""), upstream, resolve, timeoutMs: 1_500 }),
      onBlocked: () => undefined,
      limits: limits.sandboxEgress,
    });
    const entrance = createServer((socket) => sandboxes.serve(socket, "call"));
    entrance.listen(0, "127.0.0.1");
    await once(entrance, "listening");
    const ask = (first: string, then?: string) => {
      const socket = connect((entrance.address() as AddressInfo).port, "127.0.0.1", () => socket.write(first));
      if (then) socket.once("data", () => socket.write(then));
      return text(socket);
    };
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: registry.example\r\nConnection: close\r\n\r\n`;
    expect(await ask(get("http://registry.example/plain"))).toContain("served /plain of registry.example");
    expect(await ask("CONNECT registry.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", get("/inside"))).toContain("served /inside of");
    sandboxes.close();
    for (const server of [http, entrance]) server.close();
    behind.process.kill();
  });

  it("says that it can't be reached, and does not go around it", async () => {
    const upstream = upstreamProxy({ url: "http://127.0.0.1:9", takesNames: false });
    const connect = checkedConnector({ privateRanges: parseRanges(""), upstream, resolve, timeoutMs: 1_500 });
    await expect(connect({ host: "registry.example", port: 443 })).rejects.toThrow("can't be reached");
    expect(asked).toEqual([]);
  });

  it("is spared what NO_PROXY names, which is checked as ever", async () => {
    const mirror = { host: "our.mirror.example", port: (origin.address() as AddressInfo).port };
    for (const spared of [
      "mirror.example",
      ".mirror.example",
      "*.MIRROR.example",
      "x, our.mirror.example",
      `mirror.example:${mirror.port}`,
      "127.0.0.0/8",
      "*",
    ]) {
      expect(await heard(mirror, { spared, ranges: "127.0.0.0/8" }), spared).toBe("the internet");
      expect(await heard(mirror, { spared }), spared).toBe("its address is not a public one");
    }
    expect(asked).toEqual([]);
    for (const spared of ["irror.example", "mirror.example:1", "10.0.0.0/8", "mirror.example.org", ""]) {
      expect(await heard(mirror, { spared, ranges: "127.0.0.0/8" }), spared).toBe("the internet");
    }
    expect(asked).toHaveLength(5);
  });
});
