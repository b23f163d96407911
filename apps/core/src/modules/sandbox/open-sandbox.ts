import { setTimeout as sleep } from "node:timers/promises";
import { withTenant } from "../../platform/database/database.ts";
import { AppError } from "../../platform/errors.ts";
import type { SessionId, WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { logger } from "../../platform/logger.ts";
import { addressOf, machineGone } from "../../platform/machines/workers.ts";
import { isProvablyDead } from "../../platform/process-identity.ts";
import { remoteSandbox } from "./agent/remote-sandbox.ts";
import { type Attachment, attach } from "./attachment.ts";
import type { Hold } from "./companions.ts";
import type { ExecAccess, OpenSandbox, SandboxDriverName, SetupReport } from "./contract.ts";
import { createSandbox } from "./create-sandbox.ts";
import { placeOf } from "./directories.ts";
import { defaultLimits, type SandboxRuntime, sandboxRuntime } from "./drivers.ts";
import type { BlockedCount } from "./network/sandbox-egress.ts";
import { planOpening } from "./policy.ts";
import { findOrRequestSandbox, findSandbox, type SandboxRow, transition } from "./repo.ts";
import { recordBlocked } from "./report-repo.ts";
import { sandboxAvailability } from "./sandbox-availability.ts";
import type { SandboxEnvironment } from "./setup/environment.ts";

export interface OpenSandboxInput {
  readonly workspaceId: WorkspaceId;
  readonly sessionId: SessionId;
  /** Fills a new workspace directory; called once in the life of the sandbox, on a directory that gets its final name afterwards. */
  readonly fill: (hostDirectory: string) => Promise<void>;
  /** Fills it again when the directory is gone from this machine: from what was recorded. Without it that is refused. */
  readonly refill?: (hostDirectory: string) => Promise<void>;
  /** How the repository wants it made; asked after a workspace was filled. */
  readonly environment?: () => Promise<SandboxEnvironment>;
  /** Told how its setup went, before it can be used. */
  readonly onSetup?: (report: SetupReport) => Promise<void>;
  /** runs the setup although its result is kept */
  readonly ignoreSetupCache?: boolean;
  /** Told after a call to which the network policy has refused hosts. */
  readonly onBlocked?: (callId: string, blocked: readonly BlockedCount[]) => Promise<void>;
}

const opening = new Map<string, Promise<Attachment>>();
const waitMs = { first: 20, most: 250 };

/**
 * Finds the session's sandbox or creates it, wakes it when it sleeps, restarts it over its kept workspace when it died.
 * Throws UNAVAILABLE where no driver works, or when the workspace's directory is gone: it is never replaced by an empty one.
 */
export async function openSandbox(input: OpenSandboxInput, runtime: SandboxRuntime = sandboxRuntime()): Promise<OpenSandbox> {
  let attachment = await openShared(input, runtime);
  attachment.retain();
  let closed = false;
  return remoteSandbox({
    place: attachment.place,
    driver: attachment.driver,
    connection: attachment.connection,
    onBusy: (running, callId) => attachment.onBusy(running, callId),
    network: {
      isOpen: async () => (await attachment.egress.rules()).mode !== "none",
      takeBlocked: (callId) => takeBlocked(input, attachment, callId),
    },
    hold: attachment.hold && ((access) => holdBy(attachment, access)),
    reconnect: async () => {
      const fresh = await openShared(input, runtime, { revive: false });
      fresh.retain();
      attachment.release();
      attachment = fresh;
      return fresh.connection;
    },
    onClose: async () => {
      if (!closed) attachment.release();
      closed = true;
    },
  });
}

function holdBy({ hold, connection }: Attachment, access: ExecAccess): ReturnType<Hold> {
  return hold?.(access) ?? Promise.resolve(connection);
}

/** What was refused to a call, which is noted and reported beside the call's own way. */
function takeBlocked(input: OpenSandboxInput, { egress, place }: Attachment, callId: string): readonly BlockedCount[] {
  const blocked = egress.takeBlocked(callId);
  if (blocked.length === 0) return blocked;
  const key = { id: place.sandboxId, workspaceId: input.workspaceId };
  const noting = withTenant(input.workspaceId, (tx) => recordBlocked(tx, key, blocked, new Date()));
  Promise.all([noting, input.onBlocked?.(callId, blocked)]).catch((error: unknown) =>
    logger.warn({ err: error, sandboxId: place.sandboxId }, "what the network policy refused could not be noted"),
  );
  return blocked;
}

/** Everybody in this process who asks for the same sandbox at the same time waits for the same opening. */
function openShared(input: OpenSandboxInput, runtime: SandboxRuntime, { revive } = { revive: true }): Promise<Attachment> {
  const id = sandboxIdOf(input.sessionId);
  const key = `${runtime.dataDirectory}:${input.workspaceId}:${id}`;
  const known = opening.get(key);
  if (known) return known;
  const opened = openOnce(id, input, { runtime, revive });
  opening.set(key, opened);
  void opened.catch(() => undefined).finally(() => opening.delete(key));
  return opened;
}

/** One sandbox a session: the id is the session's with another prefix. */
export function sandboxIdOf(sessionId: SessionId): string {
  return sessionId.replace(/^ses_/, "sbx_");
}

async function openOnce(
  id: string,
  input: OpenSandboxInput,
  { runtime, revive }: { runtime: SandboxRuntime; revive: boolean },
): Promise<Attachment> {
  const { workspaceId, sessionId } = input;
  const driver = await requireDriver(runtime);
  let row = await withTenant(workspaceId, (tx) =>
    findOrRequestSandbox(tx, {
      id,
      workspaceId,
      sessionId,
      driver,
      machineId: runtime.machineId(),
      limits: { memoryBytes: defaultLimits.memoryBytes, processes: defaultLimits.processes },
    }),
  );
  for (let pause = waitMs.first; ; pause = Math.min(pause * 2, waitMs.most)) {
    if (row.workspaceId !== workspaceId || row.sessionId !== sessionId)
      throw new AppError("CONFLICT", "This sandbox belongs to another session.");
    // Who has it open loses it; only who opens it anew gets a new one.
    if (row.state === "destroyed" && !revive) throw new AppError("NOT_FOUND", "The sandbox was destroyed.");
    const outcome = await advance(row, { ...input, runtime, driver });
    if (outcome) return outcome;
    await sleep(pause);
    const fresh = await withTenant(workspaceId, (tx) => findSandbox(tx, { id, workspaceId }));
    if (!fresh) throw new AppError("NOT_FOUND", "The session was removed while its sandbox was opened.");
    row = fresh;
  }
}

const stopped = "The sandbox stopped without being asked to. It is started again over its kept workspace.";

/** One try: an attachment, or null when somebody else has the row and we look again. */
async function advance(
  row: SandboxRow,
  input: OpenSandboxInput & { runtime: SandboxRuntime; driver: SandboxDriverName },
): Promise<Attachment | null> {
  const { runtime, workspaceId } = input;
  const now = new Date();
  const plan = planOpening(row, now, { creatingStaleMs: limits.sandbox.creatingStaleMs, isDead: isProvablyDead });
  if (plan === "wait") return null;
  const elsewhere = row.machineId === runtime.machineId() ? null : row.machineId;
  if (elsewhere !== null) await refuseElsewhere(elsewhere);
  if (plan === "attach") {
    const attached = elsewhere === null ? await attach({ runtime, row, place: placeOf(runtime.dataDirectory, row.id) }) : null;
    if (attached) return attached;
    // It should be running and isn't: say so, then build it again, over its kept workspace where that is here.
    const error = elsewhere === null ? stopped : machineGone().message;
    const failed = await withTenant(workspaceId, (tx) => transition(tx, row, { state: "failed", now, error }));
    return failed && createSandbox(failed, input);
  }
  const requested = row.state === "destroyed" ? await restart(row, now, workspaceId) : row;
  return requested && createSandbox(requested, input);
}

/** What another machine has is that one's as long as it is there. */
async function refuseElsewhere(machineId: string): Promise<void> {
  if ((await addressOf(machineId)) === null) return;
  throw new AppError("UNAVAILABLE", "This session's sandbox is on another machine, which was not asked. It is tried again.", {
    retryAfterSeconds: 5,
  });
}

function restart(row: SandboxRow, now: Date, workspaceId: WorkspaceId): Promise<SandboxRow | null> {
  return withTenant(workspaceId, (tx) => transition(tx, row, { state: "requested", now, filled: false }));
}

async function requireDriver(runtime: SandboxRuntime): Promise<SandboxDriverName> {
  const availability = await sandboxAvailability(runtime);
  if (availability.available) return availability.driver;
  throw new AppError("UNAVAILABLE", `No sandbox can be run on this machine: ${availability.reason}. ${availability.install}`);
}
