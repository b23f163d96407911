import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import type { ExecAccess } from "../contract.ts";
import { companionKind, companionPlace, type SandboxLimits, type SandboxPlace } from "../driver.ts";
import { companionLimits, makeCompanionDirectories } from "../make-companion.ts";
import { readRecord } from "../runtime-record.ts";
import { containerName } from "./container-options.ts";
import { type Launch, launchContainer } from "./launch-container.ts";
import { hasStatus, removeContainer } from "./remove-containers.ts";
import type { SessionGroups } from "./session-group.ts";

/**
 * A second container of a sandbox, with the workspace (and home) mounted read-only, or without the way to the network, or
 * both: commands of one container share one view, so that what holds one of them has to hold all. It has an agent and a
 * journal of its own, its own /tmp and loopback, and ends with the sandbox; nobody calls it for the idle time: by itself.
 */
export async function holdInCompanion(
  docker: Docker,
  owner: SandboxPlace,
  input: Pick<Launch, "program" | "image" | "runtime" | "user"> & {
    access: ExecAccess;
    limits: SandboxLimits;
    groups: SessionGroups;
    answers: (place: SandboxPlace) => Promise<boolean>;
  },
): Promise<SandboxPlace> {
  const { access, answers, user } = input;
  const kind = companionKind(access);
  if (kind === null) return owner;
  const place = companionPlace(owner, kind);
  if (await answers(place)) return place;
  const record = await readRecord(owner);
  if (!record?.started) throw new Error("the sandbox ended before its companion was started");
  const [uid = 0, gid = 0] = user.split(":").map(Number);
  await makeCompanionDirectories(place, { uid, gid });
  // By the sandbox's own secret it is known to the sandbox's proxy.
  const { secret, started } = record;
  const whole = { ...input.limits, ...started.limits };
  const group = await input.groups.make(owner.sandboxId, whole);
  const limits = companionLimits(whole);
  const launch: Launch = { ...input, place, limits, group, secret, owner: owner.sandboxId, wanted: started.image };
  await launchOrAwait(docker, launch, answers);
  // Whoever ends the sandbox looks for its containers again after its record has gone: one of us sees the other.
  if ((await readRecord(owner))?.secret === secret) return place;
  await removeContainer(docker, containerName(place.sandboxId));
  throw new Error("the sandbox ended while its companion was started");
}

/** Another worker may be starting the one that has the name; one that has ended, or answers no more, makes room. */
async function launchOrAwait(docker: Docker, launch: Launch, answers: (place: SandboxPlace) => Promise<boolean>): Promise<void> {
  const { place, limits } = launch;
  const until = performance.now() + limits.startTimeoutMs;
  for (;;) {
    try {
      await launchContainer(docker, launch);
      return;
    } catch (error) {
      if (!hasStatus(error, 409) || performance.now() > until) throw error;
    }
    await sleep(50);
    if (await answers(place)) return;
    const name = containerName(place.sandboxId);
    const state = await docker
      .getContainer(name)
      .inspect()
      .then(
        ({ State }) => State,
        () => null, // not yet there, or no more
      );
    const isStuck = state?.Running === true && Date.now() - Date.parse(state.StartedAt) > limits.startTimeoutMs;
    if (isStuck || state?.Status === "exited" || state?.Status === "dead") await removeContainer(docker, name);
  }
}
