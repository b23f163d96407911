import { randomBytes } from "node:crypto";
import { withTenant } from "../../platform/database/database.ts";
import { AppError } from "../../platform/errors.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { logger } from "../../platform/logger.ts";
import { refuseImage } from "./allowed-images.ts";
import { type Attachment, attach } from "./attachment.ts";
import type { SandboxDriverName, SetupReport } from "./contract.ts";
import { createPlace, isWhole, placeOf, preparePlace, removePlace } from "./directories.ts";
import type { SandboxLimits, SandboxPlace } from "./driver.ts";
import { hasImages, type SandboxRuntime } from "./drivers.ts";
import { keepCreating, type SandboxRow, transition } from "./repo.ts";
import { saveSetupReport } from "./report-repo.ts";
import { readRecord } from "./runtime-record.ts";
import { limitsOf, readSandboxPolicy } from "./settings/sandbox-policy.ts";
import { settleLease } from "./settle-lease.ts";
import type { SandboxEnvironment } from "./setup/environment.ts";
import { runSetup, SecretLeft } from "./setup/run-setup.ts";
import { claimWarm } from "./warm-pool.ts";

interface CreateInput {
  readonly workspaceId: WorkspaceId;
  readonly runtime: SandboxRuntime;
  readonly driver: SandboxDriverName;
  readonly fill: (hostDirectory: string) => Promise<void>;
  readonly refill?: (hostDirectory: string) => Promise<void>;
  readonly environment?: () => Promise<SandboxEnvironment>;
  readonly onSetup?: (report: SetupReport) => Promise<void>;
  readonly ignoreSetupCache?: boolean;
}

/** Claims the row, makes what is missing and starts the agent. null: somebody else has claimed it. Records a failure before it throws. */
export async function createSandbox(row: SandboxRow, input: CreateInput): Promise<Attachment | null> {
  const { workspaceId, runtime } = input;
  const { claimed, policy } = await withTenant(workspaceId, async (tx) => ({
    claimed: await transition(tx, row, { state: "creating", now: new Date(), driver: input.driver }),
    policy: await readSandboxPolicy(tx, workspaceId),
  }));
  if (!claimed) return null;
  const held = { row: claimed };
  const heartbeat = setInterval(() => {
    withTenant(workspaceId, (tx) => keepCreating(tx, held.row, new Date())).catch((error: unknown) =>
      logger.warn({ err: error, sandboxId: row.id }, "heartbeat of a sandbox's creation failed"),
    );
  }, limits.sandbox.heartbeatMs);
  try {
    const place = placeOf(runtime.dataDirectory, row.id);
    const network = policy.network === "none" ? "none" : "proxy";
    await build(held, place, { ...input, network, limits: limitsOf(policy, runtime.limits) });
    // Only now it is this machine's: a try that dies before begins again with nothing that lay here.
    const whole = { filled: true, machineId: runtime.machineId() };
    const settled = await withTenant(workspaceId, async (tx) => {
      const resumed = row.handle.filled ? await transition(tx, held.row, { state: "resumed", now: new Date(), ...whole }) : null;
      return resumed ?? transition(tx, held.row, { state: "ready", now: new Date(), ...whole });
    });
    if (!settled) return null; // taken over: the other one attaches to what runs, or starts again
    const attached = await attach({ runtime, row: settled, place });
    if (!attached) throw new Error("the sandbox ended as soon as it had started");
    return attached;
  } catch (error) {
    await recordFailure(held.row, input, error);
    throw error instanceof AppError
      ? error
      : new AppError("UNAVAILABLE", "The sandbox could not be started. The worker's log says why; trying again is safe.", { cause: error });
  } finally {
    clearInterval(heartbeat);
  }
}

/** The row as we have it in hand: another one after each transition of ours. */
interface Held {
  row: SandboxRow;
}

async function build(
  held: Held,
  place: SandboxPlace,
  input: CreateInput & { limits: SandboxLimits; network: "none" | "proxy" },
): Promise<void> {
  const { runtime, driver, workspaceId } = input;
  const chosen = runtime.drivers[driver];
  await stopAny(place, input);
  // What lies here from before another machine had it is older than what was recorded since.
  if (held.row.machineId !== null && held.row.machineId !== runtime.machineId()) await removePlace(place);
  const isThere = await isWhole(place);
  let isRunning = false;
  if (isThere) await preparePlace(place);
  else {
    const filler = fillerOf(held.row, input);
    const isNew = !held.row.handle.filled; // an old one keeps its journal
    isRunning = isNew && driver === "bubblewrap" && (await claimWarm({ runtime, workspaceId, place }, filler));
    if (!isRunning) await createPlace(place, filler);
  }
  if (isRunning) await chosen.adopt(place);
  const start = async (image: string | null) => {
    if (image !== null && hasImages(driver)) refuseImage(runtime.allowedImages, image);
    if (!isRunning) await chosen.start(place, randomBytes(32).toString("hex"), { limits: input.limits, image, network: input.network });
    isRunning = false; // who starts it again has stopped it
  };
  if ((isThere && held.row.handle.filled) || !input.environment) {
    await start(held.row.handle.image);
    return;
  }
  const environment = await input.environment();
  const { network = null, image } = environment;
  const inSetup = await withTenant(workspaceId, (tx) =>
    transition(tx, held.row, {
      state: "setup",
      now: new Date(),
      network: typeof network === "string" || network === null ? network : [...network],
      image,
    }),
  );
  if (!inSetup) throw new AppError("UNAVAILABLE", "Another worker has taken this sandbox over. Try again.", { retryAfterSeconds: 1 });
  held.row = inSetup;
  await setUp(held.row, place, { ...input, environment, start: () => start(image) });
}

/** Also what another driver has started: a setting may have changed since. */
async function stopAny(place: SandboxPlace, { runtime, driver }: CreateInput): Promise<void> {
  const before = (await readRecord(place))?.driver ?? driver;
  if (before !== driver) {
    await runtime.drivers[before].stop(place).catch((error: unknown) => {
      // Without what it ran by (a daemon that was removed) nothing of it runs.
      logger.warn({ err: error, sandboxId: place.sandboxId, driver: before }, "a sandbox's former driver could not end it");
    });
  }
  await runtime.drivers[driver].stop(place);
}

/** What fills a workspace that is not there: never silently nothing where there was something. */
function fillerOf(row: SandboxRow, { fill, refill }: CreateInput): CreateInput["fill"] {
  if (!row.handle.filled) return fill;
  if (refill) return refill;
  throw new AppError(
    "UNAVAILABLE",
    "The workspace of this session is gone from this machine. Nothing was put in its place: destroy the sandbox to begin again from the repository.",
  );
}

async function setUp(
  row: SandboxRow,
  place: SandboxPlace,
  input: Omit<CreateInput, "environment"> & { environment: SandboxEnvironment; start: () => Promise<void> },
): Promise<void> {
  const { runtime, workspaceId, environment, start } = input;
  const save = (report: SetupReport) => withTenant(workspaceId, (tx) => saveSetupReport(tx, row, report));
  try {
    const setup = { place, runtime, workspaceId, environment, start, driver: runtime.drivers[input.driver] };
    const report = await runSetup({ ...setup, ignoreCache: input.ignoreSetupCache ?? false, onReport: save });
    await input.onSetup?.(report);
  } catch (error) {
    if (error instanceof SecretLeft) {
      await runtime.drivers[input.driver].stop(place);
      await removePlace(place);
    }
    throw error;
  }
}

async function recordFailure(row: SandboxRow, { workspaceId, runtime, driver }: CreateInput, error: unknown): Promise<void> {
  logger.error({ err: error, sandboxId: row.id }, "a sandbox could not be started");
  await runtime.drivers[driver]
    .stop(placeOf(runtime.dataDirectory, row.id))
    .catch((err: unknown) => logger.error({ err, sandboxId: row.id }, "a sandbox that could not be started could not be ended either"));
  const message = error instanceof AppError ? error.message : "The sandbox could not be started.";
  const failed = () => withTenant(workspaceId, (tx) => transition(tx, row, { state: "failed", now: new Date(), error: message }));
  await settleLease(failed).catch((err: unknown) =>
    logger.error({ err, sandboxId: row.id }, "a sandbox's failure could not be recorded yet"),
  );
}
