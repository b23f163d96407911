import { describe, expect, it } from "vitest";
import { placeOf } from "../directories.ts";
import { defaultLimits } from "../drivers.ts";
import { networkPolicyManifest, podManifest, podSchema } from "./pod-manifest.ts";

const sandboxId = `sbx_${"0a".repeat(16)}`;
const settings = { namespace: "sandboxes", image: "opencode-sandbox:latest", claim: "opencode-data", runtimeClass: null };
const manifest = () =>
  podManifest({
    settings,
    place: placeOf("/data", sandboxId),
    dataDirectory: "/data",
    program: "/data/sandbox-agent/abc",
    image: null,
    limits: defaultLimits,
    uid: 1_000_000_007,
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

  it("has no network", () => {
    expect(networkPolicyManifest("sandboxes").spec).toMatchObject({ policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] });
  });
});
