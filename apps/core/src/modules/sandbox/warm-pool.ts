import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dangerouslyAcrossTenants } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { logger } from "../../platform/logger.ts";
import { connectAgent } from "./agent/connect-agent.ts";
import { fillMade, placeOf, preparePlace, removePlace, sandboxesDirectory } from "./directories.ts";
import type { SandboxPlace } from "./driver.ts";
import { type SandboxRuntime, sandboxRuntime } from "./drivers.ts";
import { listWarmPools } from "./settings/repo.ts";
import { completePolicy, limitsOf } from "./settings/sandbox-policy.ts";

const prefix = "warm_";
const prefixOf = (workspaceId: string) => `${prefix}${workspaceId}_`;
/** Longer than an agent usually waits: nobody speaks to these. */
const idleMs = 6 * 3_600_000;

/**
 * Takes a sandbox that was started ahead for this workspace, with nothing in it, as the session's own, and fills it. Whoever
 * renames its directory has it: of two that want the same one, one gets it. false: there is none that answers.
 */
export async function claimWarm(
  input: { runtime: SandboxRuntime; workspaceId: WorkspaceId; place: SandboxPlace },
  fill: (hostDirectory: string) => Promise<void>,
): Promise<boolean> {
  const { runtime, workspaceId, place } = input;
  const directory = sandboxesDirectory(runtime.dataDirectory);
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.startsWith(prefixOf(workspaceId)));
  for (const name of names) {
    await rm(place.root, { recursive: true, force: true });
    const isOurs = await rename(join(directory, name), place.root).then(
      () => true,
      () => false,
    );
    if (!isOurs) continue;
    const connection = await connectAgent(runtime.drivers.bubblewrap, place);
    connection?.close();
    if (connection) {
      await fillMade(place, fill);
      return true;
    }
    await runtime.drivers.bubblewrap.stop(place);
    await removePlace(place);
  }
  return false;
}

/** Starts as many empty sandboxes ahead as each workspace wants on this machine, and ends those that are too many. */
export async function keepWarmPools(runtime: SandboxRuntime = sandboxRuntime()): Promise<void> {
  const directory = sandboxesDirectory(runtime.dataDirectory);
  const there = (await readdir(directory).catch(() => [])).filter((name) => name.startsWith(prefix));
  const pools = await dangerouslyAcrossTenants("sandboxes are started ahead for each workspace that wants it", (tx) => listWarmPools(tx));
  if (there.length === 0 && pools.length === 0) return;
  const wanted = new Map(pools.map(({ workspaceId, policy }) => [prefixOf(workspaceId), completePolicy(policy)]));
  const living = new Map<string, number>();
  for (const name of there) {
    const group = name.slice(0, name.lastIndexOf("_") + 1);
    const count = living.get(group) ?? 0;
    const connection = await connectAgent(runtime.drivers.bubblewrap, placeOf(runtime.dataDirectory, name));
    connection?.close();
    if (connection && count < (wanted.get(group)?.warmPool ?? 0)) living.set(group, count + 1);
    else await end(runtime, name);
  }
  for (const [group, policy] of wanted) {
    for (let missing = policy.warmPool - (living.get(group) ?? 0); missing > 0; missing -= 1) {
      await startAhead(runtime, group, { ...limitsOf(policy, runtime.limits), idleMs }).catch((error: unknown) =>
        logger.warn({ err: error }, "no sandbox could be started ahead"),
      );
    }
  }
}

/** Ends all that were started ahead on this machine. */
export async function endWarmPools(runtime: SandboxRuntime): Promise<void> {
  const names = await readdir(sandboxesDirectory(runtime.dataDirectory)).catch(() => []);
  await Promise.all(names.filter((name) => name.startsWith(prefix)).map((name) => end(runtime, name)));
}

/** Renamed first: a session that takes it at this moment has it, or finds it gone. */
async function end(runtime: SandboxRuntime, name: string): Promise<void> {
  const place = placeOf(runtime.dataDirectory, `ending_${randomBytes(8).toString("hex")}`);
  const isOurs = await rename(placeOf(runtime.dataDirectory, name).root, place.root).then(
    () => true,
    () => false,
  );
  if (!isOurs) return;
  await runtime.drivers.bubblewrap.stop(place);
  await removePlace(place);
}

async function startAhead(runtime: SandboxRuntime, group: string, limits: SandboxRuntime["limits"]): Promise<void> {
  const driver = runtime.drivers.bubblewrap;
  const making = placeOf(runtime.dataDirectory, `making_${randomUUID()}`);
  await preparePlace(making);
  await mkdir(making.workspace, { mode: 0o755 });
  await writeFile(making.seed, making.sandboxId);
  await writeFile(making.unfilled, "");
  try {
    await driver.start(making, randomBytes(32).toString("hex"), { limits });
    await rename(making.root, placeOf(runtime.dataDirectory, `${group}${randomBytes(8).toString("hex")}`).root);
  } catch (error) {
    await driver.stop(making);
    await removePlace(making);
    throw error;
  }
}
