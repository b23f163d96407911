import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1";
import { Pod } from "kubernetes-models/v1";
import { describe, expect, it } from "vitest";
import type { ExecAccess } from "../contract.ts";
import { placeOf } from "../directories.ts";
import { defaultLimits } from "../drivers.ts";
import { denyAllPolicy, egressPolicy } from "./network-policies.ts";
import { podManifest, podSchema } from "./pod-manifest.ts";

const sandboxId = `sbx_${"0a".repeat(16)}`;
const settings = { namespace: "sandboxes", image: "opencode-sandbox:latest", claim: "opencode-data", runtimeClass: null, egress: null };
const manifest = (access: ExecAccess = {}) =>
  podManifest({
    settings,
    place: placeOf("/data", sandboxId),
    dataDirectory: "/data",
    program: "/data/sandbox-agent/abc",
    image: null,
    limits: defaultLimits,
    uid: 1_000_000_007,
    network: "proxy",
    access,
  });

describe("the pod of a sandbox", () => {
  it("is restricted in every way that the standard knows", () => {
    const { spec } = manifest();
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      hostNetwork: false,
      hostUsers: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1_000_000_007, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect(spec.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(spec.containers[0].resources.limits).toEqual({ cpu: "2000m", memory: "2048Mi", "ephemeral-storage": "1024Mi" });
  });

  it("sees its own places of the shared volume and nothing else of it", () => {
    const paths = manifest().spec.containers[0].volumeMounts.filter(({ name }) => name === "data");
    expect(paths.map(({ subPath }) => subPath?.split("/")[0])).toEqual([...Array(5).fill("sandboxes"), "sandbox-agent"]);
    expect(paths.filter(({ subPath }) => subPath?.startsWith("sandboxes/")).every(({ subPath }) => subPath?.includes(sandboxId))).toBe(
      true,
    );
    expect(paths.find(({ subPath }) => subPath?.startsWith("sandbox-agent"))).toMatchObject({ readOnly: true });
  });

  it.each([
    ["a host path", (pod: Record<string, unknown>) => ({ ...pod, volumes: [{ name: "data", hostPath: { path: "/" } }] })],
    ["the host's network", (pod: Record<string, unknown>) => ({ ...pod, hostNetwork: true })],
    ["a service account's token", (pod: Record<string, unknown>) => ({ ...pod, automountServiceAccountToken: true })],
    ["a second container", (pod: Record<string, unknown>) => ({ ...pod, initContainers: [{ name: "x", image: "x" }] })],
    ["root", (pod: Record<string, unknown>) => ({ ...pod, securityContext: { runAsUser: 0 } })],
  ])("can't have %s", (_name, change) => {
    const { spec, ...rest } = manifest();
    expect(podSchema.safeParse({ ...rest, spec: change(spec) }).success).toBe(false);
  });

  it("can't have a place that leaves the volume", () => {
    const { spec, ...rest } = manifest();
    const volumeMounts = [{ name: "data", mountPath: "/x", subPath: "sandboxes/../../secrets" }];
    expect(podSchema.safeParse({ ...rest, spec: { ...spec, containers: [{ ...spec.containers[0], volumeMounts }] } }).success).toBe(false);
  });

  it("has no network, and with a policy for it the way to one worker's proxies", () => {
    expect(denyAllPolicy("sandboxes").spec).toEqual({
      podSelector: { matchExpressions: [{ key: "dev.opencode/sandbox", operator: "Exists" }] },
      policyTypes: ["Ingress", "Egress"],
      ingress: [],
      egress: [],
    });
    expect(egressPolicy("sandboxes", { host: "10.1.2.3", port: 3030 }).spec).toEqual({
      podSelector: { matchLabels: { "dev.opencode/network": "proxy" } },
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "10.1.2.3/32" } }], ports: [{ protocol: "TCP", port: 3030 }] }],
    });
    expect(egressPolicy("sandboxes", { host: "fd00::1", port: 1 }).metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
  });

  it("is what Kubernetes' own schemas describe, and so are its policies", () => {
    const pods = [manifest(), manifest({ workspace: "read-only" }), podSchema.parse({ ...manifest() })];
    for (const pod of pods) expect(() => new Pod(pod).validate()).not.toThrow();
    const policies = [denyAllPolicy("sandboxes"), egressPolicy("sandboxes", { host: "fd00::1", port: 1 })];
    for (const policy of policies) expect(() => new NetworkPolicy(policy).validate()).not.toThrow();
    const misspelt: Pod = new Pod(JSON.parse(JSON.stringify(manifest()).replaceAll('"mountPath"', '"path"')));
    expect(() => misspelt.validate()).toThrow(/mountPath/);
  });
});
