import type Docker from "dockerode";
import { inside, type SandboxLimits, type SandboxPlace } from "../driver.ts";

export const sandboxLabel = "dev.opencode.sandbox";

export function containerName(sandboxId: string): string {
  return `opencode-${sandboxId}`;
}

/** No network, no capabilities, no new privileges, a read-only root, the three directories, and limits that the kernel holds. */
export function containerOptions(input: {
  place: SandboxPlace;
  program: string;
  image: string;
  /** the OCI runtime, such as `runsc`; the daemon's own when null */
  runtime: string | null;
  limits: SandboxLimits;
  user: string;
}): Docker.ContainerCreateOptions {
  const { place, limits, user } = input;
  const [uid, gid] = user.split(":");
  const tmpfs = `rw,exec,nosuid,nodev,size=${limits.tmpBytes},uid=${uid},gid=${gid},mode=700`;
  return {
    name: containerName(place.sandboxId),
    Image: input.image,
    User: user,
    Hostname: "sandbox",
    WorkingDir: inside.workspace,
    Env: [`HOME=${inside.home}`, "LANG=C.UTF-8", "TERM=dumb", `PATH=${inside.path}`],
    Entrypoint: ["tini", "--"],
    Cmd: ["node", "--no-warnings", "--max-old-space-size=256", `${inside.program}/main.mjs`],
    Labels: { [sandboxLabel]: place.sandboxId },
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      ...(input.runtime !== null && { Runtime: input.runtime }),
      NetworkMode: "none",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      Binds: [
        `${place.workspace}:${inside.workspace}`,
        `${place.control}:${inside.control}`,
        `${place.outputs}:${inside.outputs}`,
        `${input.program}:${inside.program}:ro`,
        `${place.home}:${inside.home}`,
        `${place.egress}:${inside.egress}:ro`,
      ],
      Tmpfs: { "/tmp": tmpfs },
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
