import { resolve } from "node:path";
import { env } from "../../platform/env.ts";
import { limits } from "../../platform/limits.ts";
import { ensureMachineId } from "../../platform/machines/machine-id.ts";
import { bubblewrapDriver } from "./bubblewrap/driver.ts";
import type { SandboxAvailability, SandboxDriverName } from "./contract.ts";
import { dockerDriver } from "./docker/driver.ts";
import type { SandboxDriver, SandboxLimits } from "./driver.ts";
import { kubernetesDriver } from "./kubernetes/driver.ts";
import type { PodSettings } from "./kubernetes/pod-manifest.ts";
import { parseRanges } from "./network/address-ranges.ts";
import { checkedConnector, type Resolve } from "./network/checked-connect.ts";
import { type UpstreamProxy, upstreamProxy } from "./network/upstream-proxy.ts";
import { seatbeltDriver } from "./seatbelt/driver.ts";

export const defaultLimits: SandboxLimits = { ...limits.sandbox, outputMaxBytes: limits.tool.maxOutputBytes };

/** What this process runs sandboxes with, made once. */
export interface SandboxRuntime {
  readonly dataDirectory: string;
  /** the name of this machine, which holds what lies in dataDirectory */
  machineId(): string;
  readonly drivers: Readonly<Record<SandboxDriverName, SandboxDriver>>;
  /** the order in which drivers are tried */
  readonly wanted: readonly SandboxDriverName[];
  /** what a sandbox gets at most */
  readonly limits: SandboxLimits;
  /** the images that repositories may ask for (refuseImage) */
  readonly allowedImages: string;
  /** how their proxies reach the network */
  readonly connectOut: ReturnType<typeof checkedConnector>;
}

export function createRuntime(options: {
  dataDirectory: string;
  driver: "auto" | SandboxDriverName;
  dockerImage: string;
  dockerRuntime?: string | undefined;
  allowedImages?: string;
  kubernetes?: PodSettings | null;
  limits?: SandboxLimits;
  privateNetworks?: string;
  upstream?: UpstreamProxy | null;
  resolve?: Resolve;
}): SandboxRuntime {
  // A relative directory means the one from which we were started, also when something changes directory later.
  const dataDirectory = resolve(options.dataDirectory);
  const shared = { dataDirectory, limits: options.limits ?? defaultLimits };
  return {
    dataDirectory,
    // Asked by those who run sandboxes; a process that only looks gives a machine no name.
    machineId: () => ensureMachineId(dataDirectory),
    drivers: {
      bubblewrap: bubblewrapDriver(shared),
      docker: dockerDriver({ ...shared, image: options.dockerImage, runtime: options.dockerRuntime }),
      kubernetes: kubernetesDriver({ ...shared, settings: options.kubernetes ?? null }),
      seatbelt: seatbeltDriver(shared),
    },
    limits: shared.limits,
    allowedImages: options.allowedImages ?? "*",
    connectOut: checkedConnector({
      privateRanges: parseRanges(options.privateNetworks ?? ""),
      upstream: options.upstream ?? null,
      timeoutMs: limits.sandboxEgress.connectTimeoutMs,
      ...(options.resolve && { resolve: options.resolve }),
    }),
    wanted: options.driver === "auto" ? ["bubblewrap", "docker"] : [options.driver],
  };
}

/** Whether a repository's image means something to this driver. */
export function hasImages(driver: SandboxDriverName): boolean {
  return driver === "docker" || driver === "kubernetes";
}

let ours: SandboxRuntime | undefined;

export function sandboxRuntime(): SandboxRuntime {
  const { DATA_DIR, SANDBOX_DRIVER, SANDBOX_DOCKER_IMAGE, SANDBOX_DOCKER_RUNTIME, SANDBOX_IMAGES, SANDBOX_PRIVATE_NETWORKS } = env();
  ours ??= createRuntime({
    dataDirectory: DATA_DIR,
    driver: SANDBOX_DRIVER,
    dockerImage: SANDBOX_DOCKER_IMAGE,
    dockerRuntime: SANDBOX_DOCKER_RUNTIME,
    allowedImages: SANDBOX_IMAGES,
    kubernetes: kubernetesSettings(),
    privateNetworks: SANDBOX_PRIVATE_NETWORKS,
    upstream: ourUpstream(),
  });
  return ours;
}

function ourUpstream(): UpstreamProxy | null {
  const { HTTPS_PROXY: url, NO_PROXY: spared, SANDBOX_PROXY_NAMES: takesNames } = env();
  return url === undefined ? null : upstreamProxy({ url, spared, takesNames });
}

function kubernetesSettings(): PodSettings | null {
  const { SANDBOX_KUBERNETES_NAMESPACE: namespace, SANDBOX_KUBERNETES_CLAIM: claim, ...others } = env();
  if (!namespace || !claim) return null;
  return {
    namespace,
    claim,
    image: others.SANDBOX_DOCKER_IMAGE,
    runtimeClass: others.SANDBOX_KUBERNETES_RUNTIME_CLASS ?? null,
    egress: others.SANDBOX_KUBERNETES_EGRESS ?? null,
  };
}

/** The first wanted driver that works, found by running one; never the bare host. */
export async function chooseDriver(runtime: SandboxRuntime): Promise<SandboxAvailability> {
  const refusals: { reason: string; install: string }[] = [];
  for (const name of runtime.wanted) {
    const probe = await runtime.drivers[name].probe();
    if (probe.ok) return { available: true, driver: name, version: probe.version };
    refusals.push(probe);
  }
  return {
    available: false,
    reason: refusals.map(({ reason }) => reason).join("; "),
    install: refusals.map(({ install }) => install).join(" Or: "),
  };
}
