import type Docker from "dockerode";
import { agentConfig, untilReady } from "../agent/container-agent.ts";
import type { ExecAccess } from "../contract.ts";
import type { SandboxLimits, SandboxPlace } from "../driver.ts";
import { writeRecord } from "../runtime-record.ts";
import { containerOptions, pathIn } from "./container-options.ts";
import { cannotUse, repositoryImage } from "./repository-image.ts";

export interface Launch {
  readonly place: SandboxPlace;
  /** the sandbox whose container, or whose companion, it is */
  readonly owner: string;
  readonly secret: string;
  /** `uid:gid` */
  readonly user: string;
  readonly program: string;
  /** the driver's own image and OCI runtime */
  readonly image: string;
  readonly runtime: string | null;
  readonly limits: SandboxLimits;
  /** the control group of the sandbox (sessionGroups) */
  readonly group: string | null;
  /** the repository's image, instead of the driver's */
  readonly wanted: string | null;
  readonly access?: ExecAccess;
}

/** Makes a container and starts the agent in it; resolves when it answers. The record comes first: what it names is removed whatever happens here. */
export async function launchContainer(docker: Docker, launch: Launch): Promise<void> {
  const { place, secret, limits, wanted, access } = launch;
  const custom = wanted === null ? null : await repositoryImage(docker, wanted);
  await writeRecord(place, { driver: "docker", secret, process: null, started: { image: wanted, limits: { ...limits } } });
  const container = await docker.createContainer(containerOptions({ ...launch, custom }));
  const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
  try {
    await container.start();
    stream.write(`${JSON.stringify(agentConfig(secret, limits, { path: pathIn(custom), ...(access && { access }) }))}\n`);
    await untilReady(stream, limits.startTimeoutMs);
  } catch (error) {
    throw custom ? cannotUse(custom.name, whatIsMissing(error), error) : error;
  }
}

function whatIsMissing(error: unknown): string {
  const words = error instanceof Error ? error.message : "";
  const missing = /missing: ([\w ,+]+)/.exec(words)?.[1];
  if (missing !== undefined) return `it lacks ${missing}`;
  return words.includes("/bin/sh") ? "it lacks /bin/sh" : "no program of ours starts in it (the worker's log says more)";
}
