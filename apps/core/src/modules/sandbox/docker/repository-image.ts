import type Docker from "dockerode";
import { z } from "zod";
import { AppError } from "../../../platform/errors.ts";
import { limits } from "../../../platform/limits.ts";
import { hasStatus } from "./remove-containers.ts";

const failureSchema = z.object({ error: z.string() });

/** What of a repository's image matters for its container. */
export interface RepositoryImage {
  readonly name: string;
  /** its own, in which its programs are found */
  readonly path: string | null;
  /** what it declares as volumes: writable places, which are held in memory here */
  readonly volumes: readonly string[];
}

/** The image that a repository asked for, pulled by the daemon when it is missing. Throws UNPROCESSABLE with its name when it can't be had. */
export async function repositoryImage(
  docker: Docker,
  wanted: string,
  pullTimeoutMs: number = limits.sandbox.pullTimeoutMs,
): Promise<RepositoryImage> {
  // Without a tag the daemon would pull every one of them.
  const name = /[:@][^/]*$/.test(wanted) ? wanted : `${wanted}:latest`;
  const found = await inspect(docker, name);
  if (!found) await pull(docker, name, pullTimeoutMs);
  const info = found ?? (await inspect(docker, name));
  if (!info) throw cannotUse(name, "it was pulled, and the Docker daemon still doesn't have it");
  const path = info.Config?.Env?.find((line) => line.startsWith("PATH="))?.slice("PATH=".length) ?? null;
  return { name, path, volumes: Object.keys(info.Config?.Volumes ?? {}).filter((volume) => volume.startsWith("/")) };
}

/** Why an image can't be used, in words that name it. */
export function cannotUse(name: string, why: string, cause?: unknown): AppError {
  return new AppError("UNPROCESSABLE", `The repository's image ${name} can't be used for its sandbox: ${why}.`, { cause });
}

async function inspect(docker: Docker, name: string): Promise<Docker.ImageInspectInfo | null> {
  try {
    return await docker.getImage(name).inspect();
  } catch (error) {
    if (hasStatus(error, 404)) return null;
    throw error;
  }
}

async function pull(docker: Docker, name: string, timeoutMs: number): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const progress = await docker.pull(name, { abortSignal: signal });
    await new Promise<void>((resolve, reject) => {
      const stop = () => reject(signal.reason);
      signal.addEventListener("abort", stop, { once: true });
      docker.modem.followProgress(progress, (error, lines) => {
        signal.removeEventListener("abort", stop);
        // What goes wrong in the middle (a full disk, a torn layer) is a line of the answer like any other.
        const failed = lines?.map((line) => failureSchema.safeParse(line)).find(({ success }) => success);
        if (error || failed?.data) reject(error ?? new Error(failed?.data?.error));
        else resolve();
      });
    });
  } catch (error) {
    if (signal.aborted) throw cannotUse(name, `it was not pulled within ${Math.round(timeoutMs / 1_000)} s`, error);
    // The client writes "(HTTP code 404) unexpected - " before the daemon's own words.
    const said = error instanceof Error ? error.message.replace(/^\(HTTP code \d+\) [^-]*- /, "").replace(/\s+/g, " ") : "";
    const words = said.trim().slice(0, 300) || "the daemon did not say why";
    throw cannotUse(name, `the Docker daemon can't pull it (${words})`, error);
  }
}
