import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import { AppError } from "../../../platform/errors.ts";
import { agentProgram } from "../agent/program.ts";
import { companionKinds, companionPlace, inside, type SandboxDriver, type SandboxLimits, type SandboxPlace } from "../driver.ts";
import { adoptPlace, identityOf } from "../identity.ts";
import { readRecord, removeRecord } from "../runtime-record.ts";
import type { Cluster } from "./cluster.ts";
import { holdInCompanion } from "./companion.ts";
import { egressListener } from "./egress-listener.ts";
import { launchPod } from "./launch-pod.ts";
import { type PodSettings, podName } from "./pod-manifest.ts";

const pollMs = 250;

export interface KubernetesOptions {
  readonly dataDirectory: string;
  readonly limits: SandboxLimits;
  /** null: not set up on this installation */
  readonly settings: PodSettings | null;
  /** in tests; else the worker's own account, or its KUBECONFIG */
  readonly config?: KubeConfig;
  readonly pollMs?: number;
}

/**
 * A pod a session. Its places lie on a volume that workers and pods share, so that the worker's git sees what the sandbox
 * writes; the agent is spoken to through the API server. Its pods reach the workers' proxies at most.
 */
export function kubernetesDriver(options: KubernetesOptions): SandboxDriver {
  let known: Promise<Cluster> | undefined;
  const cluster = () => {
    known ??= findCluster(options);
    return known;
  };
  const listener = options.settings?.egress ? egressListener(options.settings.egress) : null;
  const pause = options.pollMs ?? pollMs;
  // Others remove the policy for an address that nobody answers: it is answered first.
  const protect = async () => {
    await listener?.open();
    await (await cluster()).protect(options.settings?.egress ?? null);
  };
  const common = async (place: SandboxPlace) => {
    const { dataDirectory, settings } = options;
    if (!settings) throw new AppError("UNAVAILABLE", "The kubernetes driver is not set up on this installation.");
    return { settings, dataDirectory, program: await agentProgram(dataDirectory), uid: userOf(place.sandboxId), protect, pollMs: pause };
  };
  const connect = async (place: SandboxPlace) => {
    if (!(await readRecord(place))) return null;
    const pod = await (await cluster()).read(podName(place.sandboxId));
    if (pod?.status?.phase !== "Running") return null;
    const bridge = ["node", `${inside.program}/main.mjs`, "bridge", `${inside.control}/agent.sock`];
    return (await cluster()).exec(podName(place.sandboxId), bridge);
  };
  return {
    name: "kubernetes",
    probe: async () => {
      if (!options.settings) return notSetUp;
      try {
        return { ok: true, version: await (await cluster()).version() };
      } catch (error) {
        return {
          ok: false,
          reason: (error instanceof AppError ? error.message : "the cluster's API can't be asked").replace(/\.$/, ""),
          install: "Give the worker a KUBECONFIG, or run it in the cluster with a service account.",
        };
      }
    },
    adopt: async (place) => {
      if (process.getuid?.() === 0) await adoptPlace(place);
    },
    start: async (place, secret, { limits = options.limits, image = null, network = "proxy" } = {}) => {
      if (process.getuid?.() === 0) await adoptPlace(place);
      const isOurs = await launchPod(await cluster(), { ...(await common(place)), place, secret, limits, image, network });
      if (!isOurs) throw new AppError("UNAVAILABLE", "A pod of this sandbox is still ending. Trying again is safe.");
    },
    connect,
    // A process that only looks has no address at which pods could reach it.
    ...(listener && {
      listen: async (place, secret, proxy) => {
        await protect();
        return listener.admit(place, secret, proxy);
      },
    }),
    hold: async (place, access) => {
      return holdInCompanion(await cluster(), place, { ...(await common(place)), access, limits: options.limits, connect });
    },
    stop: async (place) => {
      const isOurs = (await readRecord(place))?.driver === "kubernetes";
      if (isOurs) await removePods(await cluster(), place, pause);
      await removeRecord(place);
      // A companion that was started meanwhile.
      if (isOurs) await removePods(await cluster(), place, pause);
    },
  };
}

const notSetUp = {
  ok: false,
  reason: "the kubernetes driver is not set up",
  install: "Set SANDBOX_KUBERNETES_NAMESPACE and SANDBOX_KUBERNETES_CLAIM (a ReadWriteMany volume claim that holds DATA_DIR).",
} as const;

/** The client is large and most workers have no cluster: it is loaded where there is one. */
async function findCluster({ settings, config }: KubernetesOptions): Promise<Cluster> {
  if (!settings) throw new AppError("UNAVAILABLE", "The kubernetes driver is not set up on this installation.");
  const { clusterOf, defaultConfig } = await import("./cluster.ts");
  return clusterOf(config ?? defaultConfig(), settings.namespace);
}

function userOf(sandboxId: string): number {
  const identity = identityOf(sandboxId);
  return identity.kind === "own" ? identity.uid : Math.max(process.getuid?.() ?? 1_000, 1_000);
}

/** Nobody may start over these directories before its pods are gone. */
async function removePods(cluster: Cluster, place: SandboxPlace, pauseMs: number): Promise<void> {
  const ids = [place.sandboxId, ...companionKinds.map((kind) => companionPlace(place, kind).sandboxId)];
  await Promise.all(ids.map((id) => cluster.remove(podName(id))));
  await Promise.all(ids.map((id) => untilGone(cluster, id, pauseMs)));
}

async function untilGone(cluster: Cluster, sandboxId: string, pauseMs: number): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt += 1) {
    if (!(await cluster.read(podName(sandboxId)))) return;
    await sleep(pauseMs);
  }
  throw new AppError("UNAVAILABLE", "The sandbox's pod does not end. Look at the cluster; trying again is safe.");
}
