import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { AgentConnection } from "../agent/connection.ts";
import { encodeFrame, FrameReader } from "../agent/frames.ts";
import { createPlace, placeOf } from "../directories.ts";
import type { SandboxDriver } from "../driver.ts";
import { defaultLimits } from "../drivers.ts";
import { kubernetesDriver } from "./driver.ts";
import { podSchema } from "./pod-manifest.ts";

const status = (code: number, message: string) => ({ code, body: { kind: "Status", apiVersion: "v1", status: "Failure", code, message } });
const running = { phase: "Running", containerStatuses: [{ state: { running: {} } }] };
const waiting = (reason: string) => ({ phase: "Pending", containerStatuses: [{ state: { waiting: { reason } } }] });

/** An API server that answers as a real one does, from a script: what a pod is like each time that it is looked at. */
const script = { create: null as ReturnType<typeof status> | null, looks: [running] as object[], deleted: 0 };
let pods: Record<string, unknown>[] = [];
const config: string[] = [];
const calls: string[] = [];

const server = createServer(async (request, response) => {
  const { code, body } = answer(request, (await request.toArray()).join(""));
  response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
});

function answer({ method, url = "" }: IncomingMessage, text: string): { code: number; body: unknown } {
  calls.push(`${method} ${url.split("?")[0]}`);
  if (url.startsWith("/version")) return { code: 200, body: { gitVersion: "v1.33.1", major: "1", minor: "33" } };
  if (url.includes("networkpolicies"))
    return calls.filter((call) => call.includes("networkpolicies")).length > 1
      ? status(409, "already exists")
      : { code: 201, body: JSON.parse(text) };
  if (method === "POST") {
    if (script.create) return script.create;
    pods.push(JSON.parse(text));
    return { code: 201, body: pods.at(-1) };
  }
  if (pods.length === 0) return status(404, "pods not found");
  if (method === "DELETE") {
    script.deleted += 1;
    pods = [];
    return { code: 200, body: { kind: "Pod", metadata: {} } };
  }
  const look = script.looks.length > 1 ? script.looks.shift() : script.looks[0];
  return { code: 200, body: { ...pods[0], status: look } };
}

/** The streams of `attach` and `exec`: channel 0 is stdin, 1 stdout. */
const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => "v4.channel.k8s.io" });
server.on("upgrade", (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (opened) => {
    calls.push(`UPGRADE ${request.url?.split("?")[0]}`);
    const say = (bytes: Buffer) => opened.send(Buffer.concat([Buffer.from([1]), bytes]));
    const reader = new FrameReader();
    opened.on("message", (message: Buffer) => {
      if (message[0] !== 0) return;
      const bytes = message.subarray(1);
      if (request.url?.includes("/attach")) {
        config.push(bytes.toString("utf8"));
        say(Buffer.from("ready\n"));
        return;
      }
      for (const { head: asked } of reader.push(bytes)) {
        const id = typeof asked === "object" && asked !== null && "id" in asked ? asked.id : 0;
        say(encodeFrame({ id, kind: "done", result: { pid: 1, running: [] } }));
      }
    });
  });
});

describe("the kubernetes driver", () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "kubernetes-"));
  const settings = { namespace: "sandboxes", image: "opencode-sandbox:latest", claim: "opencode-data", runtimeClass: "gvisor" };
  const place = placeOf(dataDirectory, `sbx_${"0b".repeat(16)}`);
  let driver: SandboxDriver;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const kubeConfig = new KubeConfig();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    kubeConfig.loadFromClusterAndUser({ name: "c", server: url, skipTLSVerify: true }, { name: "u", token: "t" });
    driver = kubernetesDriver({ dataDirectory, limits: defaultLimits, settings, config: kubeConfig, pollMs: 1 });
    await createPlace(place, async () => undefined);
  });
  beforeEach(() => {
    Object.assign(script, { create: null, looks: [running], deleted: 0 });
    pods = [];
    calls.length = 0;
  });
  afterAll(() => {
    server.close();
    sockets.close();
    rmSync(dataDirectory, { recursive: true, force: true });
  });

  it("says what a cluster answers, and what to set where there is none", async () => {
    expect(await driver.probe()).toEqual({ ok: true, version: "v1.33.1" });
    const unset = kubernetesDriver({ dataDirectory, limits: defaultLimits, settings: null });
    expect(await unset.probe()).toMatchObject({ ok: false, install: expect.stringContaining("SANDBOX_KUBERNETES_CLAIM") });
  });

  it("makes a pod, waits for it, hands the secret over stdin, and speaks to its agent by exec", async () => {
    script.looks = [waiting("ContainerCreating"), waiting("PodInitializing"), running];
    await driver.start(place, "s".repeat(32));
    expect(podSchema.safeParse(pods[0]).success).toBe(true);
    expect(JSON.stringify(pods[0])).not.toContain("s".repeat(32));
    expect(JSON.parse(config.at(-1) ?? "")).toMatchObject({ secret: "s".repeat(32), workspace: "/workspace" });
    const stream = await driver.connect(place);
    if (!stream) throw new Error("no stream");
    const connection = new AgentConnection(stream);
    await connection.hello("s".repeat(32));
    connection.close();
    expect(calls.filter((call) => call.startsWith("UPGRADE"))).toHaveLength(2);
    await driver.stop(place);
    expect(script.deleted).toBe(1);
    expect(await driver.connect(place)).toBeNull();
    await driver.stop(place);
    expect(readdirSync(place.root)).not.toContain("runtime.json");
  });

  it.each([
    [status(403, 'pods "x" is forbidden: exceeded quota: sandboxes'), /quota/],
    [status(403, "pods is forbidden: User cannot create resource"), /may not do this/],
    [status(409, "object is being deleted"), /still ending/],
    [status(422, "Pod is invalid"), /did not take/],
    [status(500, "etcdserver: leader changed"), /does not answer/],
  ])("says in words why a pod could not be made: $code", async (refusal, words) => {
    script.create = refusal;
    await expect(driver.start(place, "s".repeat(32))).rejects.toMatchObject({ code: "UNAVAILABLE", message: expect.stringMatching(words) });
  });

  it.each(["ImagePullBackOff", "CreateContainerConfigError"])("gives up on a pod that never starts (%s) and removes it", async (reason) => {
    script.looks = [waiting(reason)];
    await expect(driver.start(place, "s".repeat(32))).rejects.toThrow(reason);
    expect(pods).toEqual([]);
  });

  it("has nothing to connect to when the pod has ended", async () => {
    await driver.start(place, "s".repeat(32));
    script.looks = [{ phase: "Failed", reason: "DeadlineExceeded" }];
    expect(await driver.connect(place)).toBeNull();
    await driver.stop(place);
  });

  it("says that the API is gone", async () => {
    const gone = new KubeConfig();
    gone.loadFromClusterAndUser({ name: "c", server: "http://127.0.0.1:1", skipTLSVerify: true }, { name: "u", token: "t" });
    const lost = kubernetesDriver({ dataDirectory, limits: defaultLimits, settings, config: gone });
    expect(await lost.probe()).toMatchObject({ ok: false, reason: expect.stringContaining("does not answer") });
  });
});
