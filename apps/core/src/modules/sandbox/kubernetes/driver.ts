import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig, V1Pod } from "@kubernetes/client-node";
import { AppError } from "../../../platform/errors.ts";
import { agentConfig, untilReady } from "../agent/container-agent.ts";
import { agentProgram } from "../agent/program.ts";
import { inside, type SandboxDriver, type SandboxLimits, type SandboxPlace } from "../driver.ts";
import { adoptPlace, identityOf } from "../identity.ts";
import { readRecord, removeRecord, writeRecord } from "../runtime-record.ts";
import type { Cluster } from "./cluster.ts";
import { type PodSettings, podManifest, podName } from "./pod-manifest.ts";

const pollMs = 250;
const startTimeoutMs = 120_000;
const hopeless = new Set(["ImagePullBackOff", "ErrImagePull", "InvalidImageName", "CreateContainerConfigError", "CreateContainerError"]);

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
 * writes; the agent is spoken to through the API server. Its pods have no network at all.
 */
export function kubernetesDriver(options: KubernetesOptions): SandboxDriver {
  let known: Promise<Cluster> | undefined;
  const cluster = () => {
    known ??= findCluster(options);
    return known;
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
    start: async (place, secret, { limits = options.limits, image = null } = {}) => {
      if (!options.settings) throw new AppError("UNAVAILABLE", "The kubernetes driver is not set up on this installation.");
      const { dataDirectory, settings } = options;
      const program = await agentProgram(dataDirectory);
      if (process.getuid?.() === 0) await adoptPlace(place);
      const manifest = podManifest({ settings, place, dataDirectory, program, image, limits, uid: userOf(place.sandboxId) });
      await (await cluster()).protect();
      await writeRecord(place, { driver: "kubernetes", secret, process: null });
      await (await cluster()).create(manifest);
      await untilRunning(await cluster(), manifest.metadata.name, options.pollMs ?? pollMs);
      const stream = await (await cluster()).attach(manifest.metadata.name);
      stream.write(`${JSON.stringify(agentConfig(secret, limits))}\n`);
      await untilReady(stream, limits.startTimeoutMs);
    },
    connect: async (place) => {
      if (!(await readRecord(place))) return null;
      const pod = await (await cluster()).read(podName(place.sandboxId));
      if (pod?.status?.phase !== "Running") return null;
      return (await cluster()).exec(podName(place.sandboxId), [
        "node",
        `${inside.program}/main.mjs`,
        "bridge",
        `${inside.control}/agent.sock`,
      ]);
    },
    stop: async (place) => {
      if ((await readRecord(place))?.driver === "kubernetes") await removePod(await cluster(), place, options.pollMs ?? pollMs);
      await removeRecord(place);
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

async function untilRunning(cluster: Cluster, name: string, pauseMs: number): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    const pod = await cluster.read(name);
    const { running, reason } = stateOf(pod);
    if (running) return;
    if (!pod || pod.status?.phase === "Failed" || hopeless.has(reason) || performance.now() > deadline) {
      await cluster.remove(name);
      throw new AppError("UNAVAILABLE", `The sandbox's pod did not start: ${reason || "it was removed"}.`);
    }
    await sleep(pauseMs);
  }
}

function stateOf(pod: V1Pod | null): { running: boolean; reason: string } {
  const container = pod?.status?.containerStatuses?.[0]?.state;
  const unscheduled = pod?.status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  return {
    running: pod?.status?.phase === "Running" && container?.running !== undefined,
    reason: container?.waiting?.reason ?? container?.terminated?.reason ?? pod?.status?.reason ?? unscheduled?.reason ?? "",
  };
}

/** Nobody may start over these directories before the pod is gone. */
async function removePod(cluster: Cluster, place: SandboxPlace, pauseMs: number): Promise<void> {
  const name = podName(place.sandboxId);
  await cluster.remove(name);
  for (let attempt = 0; attempt < 120; attempt += 1) {
    if (!(await cluster.read(name))) return;
    await sleep(pauseMs);
  }
  throw new AppError("UNAVAILABLE", "The sandbox's pod does not end. Look at the cluster; trying again is safe.");
}
