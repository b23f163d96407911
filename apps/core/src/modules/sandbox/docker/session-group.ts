import { readdir, rmdir } from "node:fs/promises";
import { hostname, platform } from "node:os";
import { basename, join } from "node:path";
import type Docker from "dockerode";
import { type ControlGroups, createControlGroups, findControlGroups, removeControlGroups } from "../bubblewrap/control-group.ts";
import type { SandboxLimits } from "../driver.ts";

/**
 * A control group above a sandbox's containers, so that the kernel counts them together: where this worker may make one and
 * the daemon puts containers below it. Elsewhere each container has limits of its own alone.
 */
export interface SessionGroups {
  /** The parent for the containers of this sandbox; null where there is none. */
  make(sandboxId: string, limits: SandboxLimits): Promise<string | null>;
  remove(sandboxId: string): Promise<void>;
}

const mountPoint = "/sys/fs/cgroup";
const nowhere: ControlGroups = { version: "none", parents: [] };

export function sessionGroups(docker: () => Docker): SessionGroups {
  let known: Promise<ControlGroups> | undefined;
  const find = () => {
    known ??= findGroups(docker());
    known.catch(() => {
      known = undefined;
    });
    return known;
  };
  return {
    make: async (sandboxId, limits) => {
      const groups = await find();
      const [parent] = groups.parents;
      if (parent === undefined) return null;
      await createControlGroups(groups, sandboxId, limits);
      return `/${basename(parent)}/${sandboxId}`;
    },
    remove: async (sandboxId) => {
      const groups = await find();
      const [parent] = groups.parents;
      if (parent === undefined) return;
      await removeControlGroups(groups, sandboxId);
      if (groups.version === "v2") return;
      // With version 1 the daemon makes the same group below every controller.
      for (const controller of await readdir(mountPoint)) {
        await rmdir(join(mountPoint, controller, basename(parent), sandboxId)).catch(() => undefined);
      }
    },
  };
}

/** A daemon elsewhere (another machine, a virtual one) would be given names of groups that we can neither limit nor remove. */
async function findGroups(docker: Docker): Promise<ControlGroups> {
  if (platform() !== "linux" || process.getuid?.() !== 0) return nowhere;
  const info: { CgroupDriver?: string; Name?: string } = await docker.info();
  return info.CgroupDriver === "cgroupfs" && info.Name === hostname() ? findControlGroups() : nowhere;
}
