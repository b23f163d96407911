import { setTimeout as sleep } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import { AppError } from "../../../platform/errors.ts";
import { connectAgent } from "../agent/connect-agent.ts";
import type { ExecAccess } from "../contract.ts";
import { companionKind, companionPlace, type SandboxDriver, type SandboxPlace } from "../driver.ts";
import { companionLimits, makeCompanionDirectories } from "../make-companion.ts";
import { readRecord } from "../runtime-record.ts";
import type { Cluster } from "./cluster.ts";
import { type Launch, launchPod, podStartTimeoutMs } from "./launch-pod.ts";
import { networkLabel, podName } from "./pod-manifest.ts";

type Connect = SandboxDriver["connect"];

/**
 * A second pod of a sandbox, with the workspace (and home) mounted read-only, or apart from the network, or both: commands of
 * one pod share one view. It has an agent and a journal of its own, and ends with the sandbox.
 */
export async function holdInCompanion(
  cluster: Cluster,
  owner: SandboxPlace,
  { connect, ...input }: Omit<Launch, "place" | "secret" | "image" | "network"> & { access: ExecAccess; connect: Connect },
): Promise<SandboxPlace> {
  const kind = companionKind(input.access);
  if (kind === null) return owner;
  const place = companionPlace(owner, kind);
  if (await answers(connect, place)) return place;
  const record = await readRecord(owner);
  const pod = await cluster.read(podName(owner.sandboxId));
  if (!record?.started || !pod) throw new Error("the sandbox ended before its companion was started");
  await makeCompanionDirectories(place, { uid: input.uid, gid: input.uid });
  const { secret, started } = record;
  const limits = companionLimits({ ...input.limits, ...started.limits });
  const isOffline = input.access.network === "none" || pod.metadata?.labels?.[networkLabel] !== "proxy";
  const network = isOffline ? "none" : "proxy";
  await launchOrAwait(cluster, connect, { ...input, place, secret, limits, image: started.image, network });
  if ((await readRecord(owner))?.secret === secret) return place;
  await cluster.remove(podName(place.sandboxId));
  throw new Error("the sandbox ended while its companion was started");
}

/** Another worker may be starting the one that has the name; one that has ended, or answers no more, makes room. */
async function launchOrAwait(cluster: Cluster, connect: Connect, launch: Launch): Promise<void> {
  const { place, pollMs } = launch;
  const name = podName(place.sandboxId);
  const patienceMs = podStartTimeoutMs + launch.limits.startTimeoutMs;
  const until = performance.now() + patienceMs;
  while (!(await launchPod(cluster, launch))) {
    for (let pod = await cluster.read(name); pod; pod = await cluster.read(name)) {
      if (await answers(connect, place)) return;
      if (hasEnded(pod) || ageMs(pod) > patienceMs) await cluster.remove(name, pod.metadata?.uid);
      if (performance.now() > until)
        throw new AppError("UNAVAILABLE", "The pod for commands that are held back does not start. Trying again is safe.");
      await sleep(pollMs);
    }
  }
}

function hasEnded({ status }: V1Pod): boolean {
  return status?.phase === "Failed" || status?.phase === "Succeeded";
}

function ageMs({ metadata }: V1Pod): number {
  return Date.now() - (metadata?.creationTimestamp?.getTime() ?? Date.now());
}

async function answers(connect: Connect, place: SandboxPlace): Promise<boolean> {
  const connection = await connectAgent({ connect }, place);
  connection?.close();
  return connection !== null;
}
