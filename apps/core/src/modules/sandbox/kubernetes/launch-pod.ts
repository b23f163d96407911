import { setTimeout as sleep } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import { AppError } from "../../../platform/errors.ts";
import { agentConfig, untilReady } from "../agent/container-agent.ts";
import type { ExecAccess } from "../contract.ts";
import type { SandboxLimits, SandboxPlace } from "../driver.ts";
import { writeRecord } from "../runtime-record.ts";
import type { Cluster } from "./cluster.ts";
import { type PodSettings, podManifest } from "./pod-manifest.ts";

/** for the pod to run; its agent then has the time that sandboxes have everywhere */
export const podStartTimeoutMs = 120_000;
const hopeless = new Set(["ImagePullBackOff", "ErrImagePull", "InvalidImageName", "CreateContainerConfigError", "CreateContainerError"]);

export interface Launch {
  readonly settings: PodSettings;
  readonly place: SandboxPlace;
  readonly dataDirectory: string;
  readonly program: string;
  readonly secret: string;
  readonly image: string | null;
  readonly limits: SandboxLimits;
  readonly uid: number;
  readonly network: "proxy" | "none";
  readonly access?: ExecAccess;
  /** sees to it that the policies stand that the pod is to be under */
  readonly protect: () => Promise<void>;
  readonly pollMs: number;
}

/** Makes the pod and resolves when its agent answers; throws with what the cluster says. False: there is one of its name. */
export async function launchPod(cluster: Cluster, launch: Launch): Promise<boolean> {
  const { place, secret, limits, access, image } = launch;
  const manifest = podManifest(launch);
  await launch.protect();
  await writeRecord(place, { driver: "kubernetes", secret, process: null, started: { image, limits: { ...limits } } });
  if (!(await cluster.create(manifest))) return false;
  await untilRunning(cluster, manifest.metadata.name, launch.pollMs);
  const stream = await cluster.attach(manifest.metadata.name);
  stream.write(`${JSON.stringify(agentConfig(secret, limits, access ? { access } : {}))}\n`);
  await untilReady(stream, limits.startTimeoutMs);
  return true;
}

async function untilRunning(cluster: Cluster, name: string, pauseMs: number): Promise<void> {
  const deadline = performance.now() + podStartTimeoutMs;
  for (;;) {
    const pod = await cluster.read(name);
    const { running, reason } = stateOf(pod);
    if (running) return;
    if (!pod || pod.status?.phase === "Failed" || hopeless.has(reason) || performance.now() > deadline) {
      await cluster.remove(name, pod?.metadata?.uid);
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
