import { randomBytes } from "node:crypto";
import { withTenant } from "../../platform/database/database.ts";
import { AppError } from "../../platform/errors.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { logger } from "../../platform/logger.ts";
import { type Attachment, attach } from "./attachment.ts";
import type { SandboxDriverName } from "./contract.ts";
import { createPlace, directoryExists, placeOf, preparePlace } from "./directories.ts";
import type { SandboxPlace } from "./driver.ts";
import type { SandboxRuntime } from "./drivers.ts";
import { keepCreating, type SandboxRow, transition } from "./repo.ts";

interface CreateInput {
  readonly workspaceId: WorkspaceId;
  readonly runtime: SandboxRuntime;
  readonly driver: SandboxDriverName;
  readonly fill: (hostDirectory: string) => Promise<void>;
}

/** Claims the row, makes what is missing and starts the agent. null: somebody else has claimed it. Records a failure before it throws. */
export async function createSandbox(row: SandboxRow, input: CreateInput): Promise<Attachment | null> {
  const { workspaceId, runtime } = input;
  const wasRunningBefore = row.handle.filled;
  const claimed = await withTenant(workspaceId, (tx) => transition(tx, row, { state: "creating", now: new Date(), driver: input.driver }));
  if (!claimed) return null;
  const heartbeat = setInterval(() => {
    withTenant(workspaceId, (tx) => keepCreating(tx, claimed, new Date())).catch((error: unknown) =>
      logger.warn({ err: error, sandboxId: row.id }, "heartbeat of a sandbox's creation failed"),
    );
  }, limits.sandbox.heartbeatMs);
  try {
    const place = placeOf(runtime.dataDirectory, row.id);
    await build(claimed, place, input);
    const settled = await withTenant(workspaceId, async (tx) => {
      const resumed = wasRunningBefore ? await transition(tx, claimed, { state: "resumed", now: new Date(), filled: true }) : null;
      return resumed ?? transition(tx, claimed, { state: "ready", now: new Date(), filled: true });
    });
    if (!settled) return null; // taken over: the other one attaches to what runs, or starts again
    const attached = await attach({ runtime, row: settled, place });
    if (!attached) throw new Error("the sandbox ended as soon as it had started");
    return attached;
  } catch (error) {
    await recordFailure(claimed, input, error);
    throw error instanceof AppError
      ? error
      : new AppError("UNAVAILABLE", "The sandbox could not be started. The worker's log says why; trying again is safe.", { cause: error });
  } finally {
    clearInterval(heartbeat);
  }
}

async function build(row: SandboxRow, place: SandboxPlace, { runtime, driver, fill }: CreateInput): Promise<void> {
  const chosen = runtime.drivers[driver];
  await chosen.stop(place);
  if (await directoryExists(place.workspace)) {
    await preparePlace(place);
  } else if (row.handle.filled) {
    throw new AppError(
      "UNAVAILABLE",
      "The workspace of this session is gone from this machine. Nothing was put in its place: destroy the sandbox to begin again from the repository.",
    );
  } else {
    await createPlace(place, fill);
  }
  await chosen.adopt(place);
  await chosen.start(place, randomBytes(32).toString("hex"));
}

async function recordFailure(row: SandboxRow, { workspaceId, runtime, driver }: CreateInput, error: unknown): Promise<void> {
  logger.error({ err: error, sandboxId: row.id }, "a sandbox could not be started");
  const message = error instanceof AppError ? error.message : "The sandbox could not be started.";
  try {
    await runtime.drivers[driver].stop(placeOf(runtime.dataDirectory, row.id));
    await withTenant(workspaceId, (tx) => transition(tx, row, { state: "failed", now: new Date(), error: message }));
  } catch (failure) {
    logger.error({ err: failure, sandboxId: row.id }, "a sandbox's failure could not be recorded");
  }
}
