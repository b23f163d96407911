import { platform } from "node:os";
import type Docker from "dockerode";
import type { ExecAccess } from "../contract.ts";
import { inside, type SandboxLimits, type SandboxPlace } from "../driver.ts";
import type { RepositoryImage } from "./repository-image.ts";

/** Says in one line what a repository's image lacks. */
const startScript = `command -v bash >/dev/null || { echo "missing: bash"; exit 1; }
command -v node >/dev/null || { echo "missing: node"; exit 1; }
node -e 0 >/dev/null 2>&1 || { echo "missing: the GNU C library with libstdc++, by which Node runs"; exit 1; }
exec "$@"`;

/** Where the worker's own program can run in a container. */
const ownNode = () => platform() === "linux";
const taken: readonly string[] = [inside.workspace, inside.control, inside.outputs, inside.home, inside.program, inside.egress];
const isFree = (volume: string) => !taken.includes(volume.replace(/\/+$/, ""));

/** Where programs are found: a repository's image has its own places. */
export function pathIn(custom: RepositoryImage | null): string {
  return custom?.path ? `/opt/opencode/bin:${custom.path}:${inside.program}/bin` : inside.path;
}

export const sandboxLabel = "dev.opencode.sandbox";

export function containerName(sandboxId: string): string {
  return `opencode-${sandboxId}`;
}

/** No network, no capabilities, no new privileges, a read-only root, the directories, and limits that the kernel holds. */
export function containerOptions(input: {
  place: SandboxPlace;
  program: string;
  image: string;
  /** the OCI runtime, such as `runsc`; the daemon's own when null */
  runtime: string | null;
  limits: SandboxLimits;
  user: string;
  /** the sandbox whose container, or whose companion, it is */
  owner: string;
  /** the control group below which it is counted with the sandbox's other ones */
  group: string | null;
  /** what it is held to beyond that: a companion */
  access?: ExecAccess;
  /** the repository's, which needs no more than a shell; the driver's own where it is left out */
  custom?: RepositoryImage | null;
}): Docker.ContainerCreateOptions {
  const { place, limits, user, custom = null, access = {} } = input;
  const mode = access.workspace === "read-only" ? ":ro" : "";
  const [uid, gid] = user.split(":");
  const tmpfs = `rw,exec,nosuid,nodev,size=${limits.tmpBytes},uid=${uid},gid=${gid},mode=700`;
  return {
    name: containerName(place.sandboxId),
    Image: custom?.name ?? input.image,
    User: user,
    Hostname: "sandbox",
    WorkingDir: inside.workspace,
    Env: [`HOME=${inside.home}`, "LANG=C.UTF-8", "TERM=dumb", `PATH=${pathIn(custom)}`],
    Entrypoint: custom ? ["/bin/sh", "-c", startScript, "start"] : ["tini", "--"],
    ...(custom && { Healthcheck: { Test: ["NONE"] } }),
    Cmd: ["node", "--no-warnings", "--max-old-space-size=256", `${inside.program}/main.mjs`],
    Labels: { [sandboxLabel]: input.owner },
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      ...(input.runtime !== null && { Runtime: input.runtime }),
      ...(input.group !== null && { CgroupParent: input.group }),
      NetworkMode: "none",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      Binds: [
        `${place.workspace}:${inside.workspace}${mode}`,
        `${place.control}:${inside.control}`,
        `${place.outputs}:${inside.outputs}`,
        `${input.program}:${inside.program}:ro`,
        `${place.home}:${inside.home}${mode}`,
        // The way to the proxy: what isn't there can't be found.
        ...(access.network === "none" ? [] : [`${place.egress}:${inside.egress}:ro`]),
        ...(custom && ownNode() ? [`${process.execPath}:${inside.node}:ro`] : []),
      ],
      ...(custom && { Init: true }),
      Tmpfs: { ...Object.fromEntries((custom?.volumes ?? []).filter(isFree).map((volume) => [volume, tmpfs])), "/tmp": tmpfs },
      ShmSize: limits.tmpBytes,
      Memory: limits.memoryBytes,
      MemorySwap: limits.memoryBytes,
      PidsLimit: limits.processes + 64,
      NanoCpus: Math.round(limits.cpus * 1e9),
      Ulimits: [
        { Name: "core", Soft: 0, Hard: 0 },
        { Name: "nofile", Soft: 4096, Hard: 4096 },
        { Name: "fsize", Soft: limits.fileMaxBytes, Hard: limits.fileMaxBytes },
      ],
      RestartPolicy: { Name: "no" },
      // The agent says one word on its output, to who has started it.
      LogConfig: { Type: "none", Config: {} },
      IpcMode: "private",
    },
  };
}
