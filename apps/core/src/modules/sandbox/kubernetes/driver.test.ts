import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AgentConnection } from "../agent/connection.ts";
import { createPlace, placeOf } from "../directories.ts";
import type { SandboxDriver } from "../driver.ts";
import { defaultLimits } from "../drivers.ts";
import { kubernetesDriver } from "./driver.ts";
import { podName, podSchema } from "./pod-manifest.ts";
import { ApiServerStandIn, refusal, running, waiting } from "./testing.ts";

async function freePort(): Promise<number> {
  const found = createServer();
  await new Promise<void>((resolve) => found.listen(0, resolve));
  const { port } = found.address() as AddressInfo;
  await new Promise((resolve) => found.close(resolve));
  return port;
}

const api = new ApiServerStandIn();
const secret = "s".repeat(32);

describe("the kubernetes driver", () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "kubernetes-"));
  const settings = {
    namespace: "sandboxes",
    image: "opencode-sandbox:latest",
    claim: "opencode-data",
    runtimeClass: "gvisor",
    egress: null,
  };
  const options = { dataDirectory, limits: defaultLimits, settings, pollMs: 1 };
  const place = placeOf(dataDirectory, `sbx_${"0b".repeat(16)}`);
  /** as it was asked for, without what the cluster puts to it */
  const pod = (id = place.sandboxId) => {
    const { metadata, ...rest } = api.pods.get(podName(id)) ?? {};
    const { uid: _uid, creationTimestamp: _madeAt, ...asked } = metadata ?? {};
    return podSchema.parse({ ...rest, metadata: asked });
  };
  let driver: SandboxDriver;

  beforeAll(async () => {
    driver = kubernetesDriver({ ...options, config: await api.config() });
    await createPlace(place, async () => undefined);
  });
  beforeEach(() => api.reset());
  afterAll(() => {
    api.close();
    rmSync(dataDirectory, { recursive: true, force: true });
  });

  it("says what a cluster answers, and what to set where there is none", async () => {
    expect(await driver.probe()).toEqual({ ok: true, version: "v1.33.1" });
    const unset = kubernetesDriver({ dataDirectory, limits: defaultLimits, settings: null });
    expect(await unset.probe()).toMatchObject({ ok: false, install: expect.stringContaining("SANDBOX_KUBERNETES_CLAIM") });
  });

  it("speaks to no server that its KUBECONFIG's authority has not signed", async () => {
    const deceived = kubernetesDriver({ ...options, config: await api.config({ trusted: false }) });
    expect(await deceived.probe()).toMatchObject({ ok: false, reason: expect.stringContaining("does not answer") });
    expect(api.calls).toEqual([]);
  });

  it("makes a pod, waits for it, hands the secret over stdin, and speaks to its agent by exec", async () => {
    api.looks = [waiting("ContainerCreating"), waiting("PodInitializing"), running];
    await driver.start(place, secret);
    expect(JSON.stringify(pod())).not.toContain(secret);
    expect(JSON.parse(api.said.at(-1) ?? "")).toMatchObject({ secret, workspace: "/workspace" });
    const stream = await driver.connect(place);
    if (!stream) throw new Error("no stream");
    const connection = new AgentConnection(stream);
    await connection.hello(secret);
    connection.close();
    expect(api.calls.filter((call) => call.startsWith("UPGRADE"))).toHaveLength(2);
    await driver.stop(place);
    expect(api.pods.size).toBe(0);
    expect(await driver.connect(place)).toBeNull();
    await driver.stop(place);
    expect(readdirSync(place.root)).not.toContain("runtime.json");
  });

  it("denies every pod all of the network, and lets those with a policy for it reach this worker's proxies alone", async () => {
    const egress = { host: "127.0.0.1", port: await freePort() };
    const left = { metadata: { name: "left", annotations: { "dev.opencode/egress": "127.0.0.1 2" } }, kind: "NetworkPolicy" };
    api.policies.set("left", left);
    const open = kubernetesDriver({ ...options, settings: { ...settings, egress }, config: await api.config() });
    await open.start(place, secret);
    expect([...api.policies.keys()]).toEqual(["opencode-sandboxes", `opencode-egress-127-0-0-1-${egress.port}`]);
    expect(pod().metadata.labels["dev.opencode/network"]).toBe("proxy");
    await open.stop(place);
    await open.start(place, secret, { network: "none" });
    expect(pod().metadata.labels["dev.opencode/network"]).toBe("none");
    await open.stop(place);
  });

  it("runs a command that is held to reading, or to no network, in a pod that is; both end together", async () => {
    await driver.start(place, secret, { network: "proxy" });
    const held = await driver.hold?.(place, { workspace: "read-only", network: "none" });
    const companion = pod(held?.sandboxId);
    expect(companion.metadata.labels["dev.opencode/network"]).toBe("none");
    const writable = companion.spec.containers[0].volumeMounts.filter(({ readOnly }) => !readOnly).map(({ mountPath }) => mountPath);
    expect(writable.sort()).toEqual(["/control", "/dev/shm", "/outputs", "/tmp"]);
    expect(JSON.parse(api.said.at(-1) ?? "")).toMatchObject({ held: { readOnly: true, offline: true } });
    const made = api.calls.length;
    expect(await driver.hold?.(place, { workspace: "read-only", network: "none" })).toEqual(held);
    expect(api.calls.slice(made).filter((call) => call.startsWith("POST"))).toEqual([]);
    const reading = await driver.hold?.(place, { workspace: "read-only" });
    expect(pod(reading?.sandboxId).metadata.labels["dev.opencode/network"]).toBe("proxy");
    expect(api.pods.size).toBe(3);
    await driver.stop(place);
    expect(api.pods.size).toBe(0);
    await expect(driver.hold?.(place, { network: "none" })).rejects.toThrow("ended before");
  });

  it("lets another worker's policy stand from the moment on that it is made", async () => {
    const worker = async () => {
      const egress = { host: "127.0.0.1", port: await freePort() };
      return kubernetesDriver({ ...options, settings: { ...settings, egress }, config: await api.config() });
    };
    const [first, second] = [await worker(), await worker()];
    await first.start(place, secret);
    const other = placeOf(dataDirectory, `sbx_${"0d".repeat(16)}`);
    await createPlace(other, async () => undefined);
    await second.start(other, secret);
    expect([...api.policies.keys()].filter((name) => name.startsWith("opencode-egress"))).toHaveLength(2);
    await first.stop(place);
    await second.stop(other);
  });

  it("is one of two workers that need the same companion at once: neither removes the other's", async () => {
    await driver.start(place, secret);
    const second = kubernetesDriver({ ...options, config: await api.config() });
    api.calls.length = 0;
    api.looks = [running, running, ...Array.from({ length: 20 }, () => waiting("ContainerCreating")), running];
    const held = await Promise.all([driver, second].map((one) => one.hold?.(place, { network: "none" })));
    expect(held[0]).toEqual(held[1]);
    expect(api.pods.size).toBe(2);
    expect(api.calls.filter((call) => call.startsWith("DELETE"))).toEqual([]);
    expect(api.calls.filter((call) => call.includes("/attach"))).toHaveLength(1);
    await driver.stop(place);
  });

  it.each([
    ["has ended", { status: { phase: "Failed" } }],
    ["has not answered for too long", { status: waiting("ContainerCreating"), metadata: { creationTimestamp: "2020-01-01T00:00:00Z" } }],
  ])("makes room for a companion where one %s", async (_how, old) => {
    await driver.start(place, secret);
    const held = await driver.hold?.(place, { network: "none" });
    const name = podName(held?.sandboxId ?? "");
    const made = api.pods.get(name);
    if (!made) throw new Error("no pod");
    api.pods.set(name, { ...made, ...old, metadata: { ...made.metadata, ...("metadata" in old && old.metadata) } });
    await driver.hold?.(place, { network: "none" });
    expect(api.pods.get(name)?.metadata.uid).not.toBe(made.metadata.uid);
    await driver.stop(place);
  });

  it.each([
    [refusal(403, 'pods "x" is forbidden: exceeded quota: sandboxes'), /quota/],
    [refusal(403, "pods is forbidden: User cannot create resource"), /may not do this/],
    [refusal(409, "object is being deleted"), /still ending/],
    [refusal(422, "Pod is invalid"), /did not take/],
    [refusal(500, "etcdserver: leader changed"), /does not answer/],
  ])("says in words why a pod could not be made: $code", async (refused, words) => {
    api.create = refused;
    await expect(driver.start(place, secret)).rejects.toMatchObject({ code: "UNAVAILABLE", message: expect.stringMatching(words) });
  });

  it.each(["ImagePullBackOff", "CreateContainerConfigError"])("gives up on a pod that never starts (%s) and removes it", async (reason) => {
    api.looks = [waiting(reason)];
    await expect(driver.start(place, secret)).rejects.toThrow(reason);
    expect(api.pods.size).toBe(0);
  });

  it("has nothing to connect to when the pod has ended", async () => {
    await driver.start(place, secret);
    api.looks = [{ phase: "Failed", reason: "DeadlineExceeded" }];
    expect(await driver.connect(place)).toBeNull();
    await driver.stop(place);
  });

  it("says that the API is gone", async () => {
    const gone = new KubeConfig();
    gone.loadFromClusterAndUser({ name: "c", server: "https://127.0.0.1:1", skipTLSVerify: false }, { name: "u", token: "t" });
    const lost = kubernetesDriver({ ...options, config: gone });
    expect(await lost.probe()).toMatchObject({ ok: false, reason: expect.stringContaining("does not answer") });
  });
});
