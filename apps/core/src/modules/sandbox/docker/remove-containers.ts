import type Docker from "dockerode";
import { sandboxLabel } from "./container-options.ts";

/** Removes a sandbox's container and its companions. */
export async function removeContainers(docker: Docker, sandboxId: string): Promise<void> {
  const containers = await docker.listContainers({ all: true, filters: { label: [`${sandboxLabel}=${sandboxId}`] } });
  await Promise.all(containers.map(({ Id }) => removeContainer(docker, Id)));
}

/** One that is gone, or that somebody else is removing, is fine. */
export async function removeContainer(docker: Docker, name: string): Promise<void> {
  try {
    await docker.getContainer(name).remove({ force: true, v: true });
  } catch (error) {
    if (!hasStatus(error, 404) && !hasStatus(error, 409)) throw error;
  }
}

export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof Error && "statusCode" in error && error.statusCode === status;
}
