import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ProxyPorts } from "../../../../../sandbox-agent/src/proxy-ports.ts";
import { limits } from "../../../platform/limits.ts";
import { agentConfig } from "../agent/container-agent.ts";
import { placeOf, preparePlace } from "../directories.ts";
import { defaultLimits } from "../drivers.ts";
import { egressProxy } from "../network/egress-proxy.ts";
import { egressKey, egressListener, pskCiphers } from "./egress-listener.ts";

const data = mkdtempSync(join(tmpdir(), "egress-"));
const place = placeOf(data, `sbx_${"0c".repeat(16)}`);
const secret = "a".repeat(64);
const blocked: string[] = [];

function proxyTo(server: Server) {
  return egressProxy({
    rules: async () => ({ mode: "allowlist", hosts: [["allowed.example"]] }),
    connect: async () => connect((server.address() as AddressInfo).port, "127.0.0.1"),
    onBlocked: ({ callId, host }) => blocked.push(`${callId} ${host}`),
    limits: limits.sandboxEgress,
  });
}

/** What a command gets of a URL by way of its proxy's port. */
function get(port: number, url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path: url, headers: { host: new URL(url).host } }, async (response) => {
      resolve({ status: response.statusCode ?? 0, body: (await response.toArray()).join("") });
    });
    asked.once("error", reject).end();
  });
}

describe("the way out of a pod", () => {
  const outside = createServer((_request, response) => response.end("from outside"));
  let port = 0;
  let way: { close(): void };

  beforeAll(async () => {
    await new Promise<void>((resolve) => outside.listen(0, "127.0.0.1", resolve));
    const found = createServer();
    await new Promise<void>((resolve) => found.listen(0, resolve));
    port = (found.address() as AddressInfo).port;
    await new Promise((resolve) => found.close(resolve));
    await preparePlace(place);
    // What a killed worker has left, and what is no address at all: the agent tries them, the worker sweeps them.
    const dead = JSON.stringify({ host: "127.0.0.1", port: 1, identity: place.sandboxId });
    writeFileSync(join(place.egress, "proxy-1-dead.tcp"), dead);
    writeFileSync(join(place.egress, "proxy-1-empty.tcp"), "");
    for (const name of ["old", "fresh"]) writeFileSync(join(place.egress, `proxy-1-${name}.tcp.new`), "");
    utimesSync(join(place.egress, "proxy-1-old.tcp.new"), 1_000, 1_000);
    way = await egressListener({ host: "127.0.0.1", port }).admit(place, secret, proxyTo(outside));
    writeFileSync(join(place.egress, "proxy-9999999999999-dead.tcp"), dead);
    writeFileSync(join(place.egress, "proxy-9999999999998-none.tcp"), "none");
  });
  afterAll(() => {
    way.close();
    outside.close();
    rmSync(data, { recursive: true, force: true });
  });

  const take = async (agentSecret: string, callId: string) => {
    const ports = new ProxyPorts({ ...agentConfig(agentSecret, defaultLimits), egress: place.egress });
    return vi.waitFor(() => {
      const taken = ports.take(callId);
      if (!taken) throw new Error("not yet");
      return taken;
    });
  };

  it("is the agent's, over TLS by the sandbox's own key, to the sandbox's own proxy", async () => {
    expect(readdirSync(place.egress).filter((name) => name.startsWith("proxy-1-"))).toEqual(["proxy-1-fresh.tcp.new"]);
    const taken = await take(secret, "call-1");
    expect(await get(taken.port, "http://allowed.example/x")).toEqual({ status: 200, body: "from outside" });
    const refused = await get(taken.port, "http://other.example/");
    expect(refused).toMatchObject({ status: 403, body: expect.stringContaining("blocked by network policy: host other.example:80") });
    expect(blocked).toContain("call-1 other.example");
    taken.release();
  });

  it("is nobody's who has another key, or none", async () => {
    const taken = await take("b".repeat(64), "call-2");
    expect(await get(taken.port, "http://allowed.example/x")).toMatchObject({ status: 503 });
    taken.release();
    const open = (key: Buffer, identity: string) =>
      new Promise<string>((resolve) => {
        const socket = connectTls({
          ...{ host: "127.0.0.1", port, maxVersion: "TLSv1.2", ciphers: pskCiphers },
          pskCallback: () => ({ psk: key, identity }),
          checkServerIdentity: () => undefined,
        });
        socket.once("secureConnect", () => resolve("open"));
        socket.once("error", () => resolve("refused"));
      });
    expect(await open(egressKey(secret), "sbx_another")).toBe("refused");
    expect(await open(egressKey("c".repeat(64)), place.sandboxId)).toBe("refused");
    const plain = connect(port, "127.0.0.1").on("error", () => undefined);
    plain.write(`${JSON.stringify({ secret, callId: "x" })}\n`);
    await new Promise((resolve) => plain.once("close", resolve));
  });

  it("ends with the worker's hold of the sandbox", async () => {
    way.close();
    await vi.waitFor(() => expect(readdirSync(place.egress).filter((name) => name.includes(String(port)))).toEqual([]));
    const taken = await take(secret, "call-3");
    expect(await get(taken.port, "http://allowed.example/x")).toMatchObject({ status: 503 });
    taken.release();
  });
});
