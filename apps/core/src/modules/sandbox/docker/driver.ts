import { readFile } from "node:fs/promises";
import { platform } from "node:os";
import { join } from "node:path";
import { Duplex, PassThrough } from "node:stream";
import Docker from "dockerode";
import { connectAgent } from "../agent/connect-agent.ts";
import { connectAgentSocket } from "../agent/connect-socket.ts";
import { agentProgram } from "../agent/program.ts";
import { type DriverProbe, inside, type SandboxDriver, type SandboxLimits, type SandboxPlace } from "../driver.ts";
import { adoptPlace, identityOf } from "../identity.ts";
import { readRecord, removeRecord } from "../runtime-record.ts";
import { holdInCompanion } from "./companion.ts";
import { containerName, sandboxLabel } from "./container-options.ts";
import { launchContainer } from "./launch-container.ts";
import { removeContainers } from "./remove-containers.ts";
import { sessionGroups } from "./session-group.ts";

/** A container without network, capabilities and root, through the Docker Engine API (DOCKER_HOST, or its usual socket). */
export function dockerDriver(options: {
  dataDirectory: string;
  limits: SandboxLimits;
  image: string;
  runtime?: string | undefined;
}): SandboxDriver {
  const { image } = options;
  let client: Docker | undefined;
  const docker = () => (client ??= new Docker());
  const groups = sessionGroups(docker);
  const connect = async (place: SandboxPlace) => {
    if (!(await readRecord(place))) return null;
    return (await connectAgentSocket(place)) ?? connectThroughExec(docker(), place);
  };
  const common = async (place: SandboxPlace) => ({
    image,
    runtime: options.runtime ?? null,
    program: await agentProgram(options.dataDirectory),
    user: userOf(place.sandboxId),
  });

  return {
    name: "docker",
    probe: () => probe(docker, image, options.runtime),
    adopt: async (place) => {
      if (process.getuid?.() === 0) await adoptPlace(place);
    },
    connect,
    start: async (place, secret, { limits = options.limits, image: wanted = null } = {}) => {
      if (process.getuid?.() === 0) await adoptPlace(place);
      const group = await groups.make(place.sandboxId, limits);
      await launchContainer(docker(), { ...(await common(place)), place, secret, limits, group, wanted, owner: place.sandboxId });
    },
    hold: async (place, access) =>
      holdInCompanion(docker(), place, {
        ...(await common(place)),
        ...{ access, groups },
        limits: options.limits,
        answers: async (companion) => {
          const connection = await connectAgent({ connect }, companion);
          connection?.close();
          return connection !== null;
        },
      }),
    stop: async (place) => {
      const isOurs = (await readRecord(place))?.driver === "docker";
      if (isOurs) await removeContainers(docker(), place.sandboxId);
      await removeRecord(place);
      // A companion that was started meanwhile.
      if (isOurs) {
        await removeContainers(docker(), place.sandboxId);
        await groups.remove(place.sandboxId);
      }
    },
  };
}

/** The names of the containers that are ours, for those who look for leftovers. */
export async function listSandboxContainers(docker: Docker = new Docker()): Promise<string[]> {
  const containers = await docker.listContainers({ all: true, filters: { label: [sandboxLabel] } });
  return containers.map(({ Labels }) => Labels[sandboxLabel] ?? "");
}

async function probe(docker: () => Docker, image: string, runtime: string | undefined): Promise<DriverProbe> {
  let version: string;
  try {
    version = (await docker().version()).Version;
  } catch {
    return {
      ok: false,
      reason: "no Docker daemon answers",
      install: "Start Docker, or set DOCKER_HOST to the daemon's address.",
    };
  }
  if (runtime !== undefined && !(await runtimesOf(docker())).includes(runtime)) {
    return {
      ok: false,
      reason: `Docker runs, but it has no runtime named ${runtime}`,
      install: `Install ${runtime} and add it to the daemon's "runtimes" (for gVisor: runsc install), or leave SANDBOX_DOCKER_RUNTIME out.`,
    };
  }
  try {
    await docker().getImage(image).inspect();
    return { ok: true, version };
  } catch {
    return {
      ok: false,
      reason: `Docker runs, but its image ${image} is not there`,
      install: `Build it: docker build -t ${image} infra/sandbox-image (without a registry: sh infra/sandbox-image/build-without-registry.sh ${image}).`,
    };
  }
}

async function runtimesOf(docker: Docker): Promise<string[]> {
  const info: { Runtimes?: Record<string, unknown> } = await docker.info();
  return Object.keys(info.Runtimes ?? {});
}

/** The workspace is the host's directory: who writes in it must be its owner. */
function userOf(sandboxId: string): string {
  const identity = identityOf(sandboxId);
  if (identity.kind === "own") return `${identity.uid}:${identity.uid}`;
  return `${process.getuid?.() ?? 1000}:${process.getgid?.() ?? 1000}`;
}

/** Where the socket can't be reached (the daemon is in a virtual machine): a process in the container joins it with our stream. */
async function connectThroughExec(docker: Docker, place: SandboxPlace): Promise<Duplex | null> {
  if (platform() === "linux" && (await socketIsHere(place))) return null; // it is here and nobody listens: the agent is gone
  try {
    const bridge = await docker.getContainer(containerName(place.sandboxId)).exec({
      Cmd: ["node", `${inside.program}/main.mjs`, "bridge", `${inside.control}/agent.sock`],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const raw = await bridge.start({ hijack: true, stdin: true });
    const readable = new PassThrough();
    const complaints = new PassThrough();
    complaints.resume();
    docker.modem.demuxStream(raw, readable, complaints);
    raw.once("end", () => readable.end());
    raw.once("close", () => readable.end());
    return Duplex.from({ readable, writable: raw });
  } catch {
    return null;
  }
}

async function socketIsHere(place: SandboxPlace): Promise<boolean> {
  const listening = await readFile("/proc/net/unix", "utf8").catch(() => "");
  return listening.includes(join(place.control, "agent.sock"));
}
