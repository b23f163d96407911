import { spawn } from "node:child_process";
import { closeSync, constants, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startedTicks } from "../../../platform/process-identity.ts";
import { connectAgentSocket } from "../agent/connect-socket.ts";
import { agentConfig } from "../agent/container-agent.ts";
import { agentProgram } from "../agent/program.ts";
import type { AgentConfig } from "../agent/protocol.ts";
import { inside, type SandboxDriver, type SandboxLimits, type SandboxPlace } from "../driver.ts";
import { adoptDirectories, adoptPlace, type Identity, identityOf, seedOf } from "../identity.ts";
import { isAlive, readRecord, removeRecord, writeRecord } from "../runtime-record.ts";
import { awaitReady } from "./await-ready.ts";
import { type ControlGroups, createControlGroups, findControlGroups, removeControlGroups } from "./control-group.ts";
import { launchScript } from "./launch.ts";
import { type Ability, findAbility, hostEnvironment, probeOf } from "./probe.ts";

/** Linux namespaces through bubblewrap: no image, no daemon, starts in milliseconds. */
export function bubblewrapDriver(options: { dataDirectory: string; limits: SandboxLimits; controlGroups?: ControlGroups }): SandboxDriver {
  const { dataDirectory } = options;
  let found: Promise<{ ability: Ability | string; groups: ControlGroups }> | undefined;
  const find = () => (found ??= findEverything(options.controlGroups));

  return {
    name: "bubblewrap",
    probe: async () => probeOf((await find()).ability),
    adopt: async (place) => {
      const { ability } = await find();
      if (typeof ability !== "string" && ability.ownUsers) await adoptPlace(place);
    },
    connect: async (place) => {
      const record = await readRecord(place);
      return record && isAlive(record.process) ? connectAgentSocket(place) : null;
    },
    start: async (place, secret, { limits = options.limits } = {}) => {
      const { ability, groups } = await find();
      if (typeof ability === "string") throw new Error(ability);
      await start({ place, secret, ability, groups, limits, program: await agentProgram(dataDirectory) });
    },
    stop: async (place) => stop(place, (await find()).groups),
  };
}

async function findEverything(given: ControlGroups | undefined): Promise<{ ability: Ability | string; groups: ControlGroups }> {
  const [ability, groups] = await Promise.all([findAbility(), given ?? findControlGroups()]);
  return { ability, groups };
}

async function start(input: {
  place: SandboxPlace;
  secret: string;
  ability: Ability;
  groups: ControlGroups;
  limits: SandboxLimits;
  program: string;
}): Promise<void> {
  const { place, secret, ability, groups, limits, program } = input;
  const identity: Identity = ability.ownUsers ? identityOf(seedOf(place)) : { kind: "callers" };
  const script = launchScript({
    ...limits,
    place,
    paths: { bubblewrap: ability.bubblewrap, node: process.execPath, program },
    identity,
    groups: await createControlGroups(groups, seedOf(place), limits),
  });
  if (identity.kind === "own") await adoptDirectories(place, identity.uid); // the script does the rest
  const logFile = join(place.root, "agent.log");
  const log = openSync(logFile, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o600);
  const child = spawn("/bin/sh", ["-c", script], { cwd: "/", env: hostEnvironment, stdio: ["pipe", "pipe", log], detached: true });
  closeSync(log);
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(`${JSON.stringify(configOf(input))}\n`);
  const { pid } = child;
  const ticks = pid === undefined ? null : startedTicks(pid);
  await Promise.all([
    awaitReady(child, { timeoutMs: limits.startTimeoutMs, log: logFile }),
    pid !== undefined && ticks !== null && writeRecord(place, { driver: "bubblewrap", secret, process: { pid, startedTicks: ticks } }),
  ]);
}

async function stop(place: SandboxPlace, groups: ControlGroups): Promise<void> {
  const record = await readRecord(place);
  if (record?.process && isAlive(record.process)) {
    try {
      process.kill(-record.process.pid, "SIGKILL");
    } catch {
      // gone
    }
    for (let attempt = 0; attempt < 400 && isAlive(record.process); attempt += 1) await sleep(5);
    await untilSilent(place);
  }
  await removeControlGroups(groups, seedOf(place));
  await removeRecord(place);
}

/** The launcher's death ends everything below it, a moment later: nobody may start over these directories before. */
async function untilSilent(place: SandboxPlace): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const stream = await connectAgentSocket(place);
    if (!stream) return;
    stream.destroy();
    await sleep(5);
  }
}

function configOf(input: { secret: string; ability: Ability; groups: ControlGroups; limits: SandboxLimits; program: string }): AgentConfig {
  const { secret, ability, groups, limits, program } = input;
  const seccomp = existsSync(join(program, "seccomp.bpf")) ? `${inside.program}/seccomp.bpf` : null;
  return {
    ...agentConfig(secret, limits),
    nesting: ability.nests ? { bubblewrap: "/opt/opencode/bin/bwrap", seccomp } : null,
    memoryWatched: groups.version === "none",
  };
}
