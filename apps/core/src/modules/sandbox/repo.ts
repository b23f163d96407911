import { z } from "zod";
import type { Tx } from "../../platform/database/database.ts";
import { idSchema, type SessionId, type WorkspaceId } from "../../platform/ids.ts";
import { processIdentity } from "../../platform/process-identity.ts";
import { networkModeSchema, type SandboxDriverName, type SandboxState, sandboxDriverSchema, sandboxStateSchema } from "./contract.ts";
import { isLease, livingStates, statesBefore } from "./policy.ts";

const handleSchema = z.object({
  /** the workspace directory has been filled: from now on it is never made again */
  filled: z.boolean().default(false),
  /** the process that has entered `creating` (processIdentity), while it is at it */
  holder: z.string().nullable().default(null),
  /** what the repository narrows the network to */
  network: z
    .union([networkModeSchema, z.array(z.string())])
    .nullable()
    .default(null),
  /** the image that the repository asked for, where the driver has images */
  image: z.string().nullable().default(null),
});

type SandboxHandle = z.infer<typeof handleSchema>;

const rowSchema = z.object({
  id: z.string(),
  workspaceId: z.string(),
  sessionId: z.string(),
  driver: sandboxDriverSchema,
  state: sandboxStateSchema,
  fence: z.number().int(),
  createdAt: z.date(),
  readyAt: z.date().nullable(),
  heartbeatAt: z.date().nullable(),
  lastUsedAt: z.date().nullable(),
  error: z.string().nullable(),
  /** whose directories they are (platform/machines); null: made before machines had names */
  machineId: z.string().nullable(),
  handle: handleSchema,
});
export type SandboxRow = z.infer<typeof rowSchema>;

export interface SandboxKey {
  readonly id: string;
  readonly workspaceId: string;
}

/** The session in whose sandbox this one works (its own, or that of the session at the top); null: the workspace has no such session. */
export async function sandboxOwner(
  tx: Tx,
  { workspaceId, sessionId }: { workspaceId: WorkspaceId; sessionId: SessionId },
): Promise<SessionId | null> {
  const row = await tx.session.findUnique({ where: { id_workspaceId: { id: sessionId, workspaceId } }, select: { rootSessionId: true } });
  return row && (row.rootSessionId === null ? sessionId : idSchema("session").parse(row.rootSessionId));
}

/** One sandbox a session: its id follows from the session's, so that two workers that ask at once mean the same row. */
export async function findOrRequestSandbox(
  tx: Tx,
  input: {
    id: string;
    workspaceId: WorkspaceId;
    sessionId: SessionId;
    driver: SandboxDriverName;
    machineId: string;
    limits: Record<string, number>;
  },
): Promise<SandboxRow> {
  const found = await findSandbox(tx, input);
  if (found) return found;
  await tx.sandbox.createMany({ data: [{ ...input, state: "requested", limits: input.limits }], skipDuplicates: true });
  const made = await findSandbox(tx, input);
  if (!made) throw new Error("a sandbox row vanished while it was made");
  return made;
}

export async function findSandbox(tx: Tx, key: SandboxKey): Promise<SandboxRow | null> {
  const row = await tx.sandbox.findUnique({ where: { id_workspaceId: { id: key.id, workspaceId: key.workspaceId } } });
  return row && rowSchema.parse(row);
}

/**
 * Compare-and-set: enters `state` when nobody has changed the row since `fence` was read. Resolves with the new row, or null
 * when somebody else was first.
 */
export async function transition(
  tx: Tx,
  row: Pick<SandboxRow, "id" | "workspaceId" | "fence" | "handle">,
  change: {
    state: SandboxState;
    now: Date;
    error?: string | null;
    driver?: SandboxDriverName;
    filled?: boolean;
    /** the machine that has it from now on */
    machineId?: string;
    network?: SandboxHandle["network"];
    image?: string | null;
  },
): Promise<SandboxRow | null> {
  const { state, now } = change;
  const [changed] = await tx.sandbox.updateManyAndReturn({
    where: { id: row.id, workspaceId: row.workspaceId, fence: row.fence, state: { in: [...statesBefore(state)] } },
    data: {
      state,
      fence: row.fence + 1,
      heartbeatAt: now,
      error: change.error ?? null,
      ...(change.driver && { driver: change.driver }),
      ...(change.machineId !== undefined && { machineId: change.machineId }),
      handle: {
        filled: change.filled ?? row.handle.filled,
        holder: isLease(state) ? processIdentity() : null,
        network: change.network === undefined ? row.handle.network : change.network,
        image: change.image === undefined ? row.handle.image : change.image,
      },
      ...(state === "ready" && { readyAt: now }),
      ...((state === "ready" || state === "resumed") && { lastUsedAt: now }),
      ...(state === "destroyed" && { destroyedAt: now }),
    },
  });
  return changed ? rowSchema.parse(changed) : null;
}

/** Says that the sandbox is in use. Changes neither fence nor owner; false when it is not living any more. */
export async function touchSandbox(tx: Tx, key: SandboxKey, input: { now: Date; busy: boolean }): Promise<boolean> {
  const { count } = await tx.sandbox.updateMany({
    where: { id: key.id, workspaceId: key.workspaceId, state: { in: [...livingStates] } },
    data: { lastUsedAt: input.now, heartbeatAt: input.now, state: input.busy ? "busy" : "ready" },
  });
  return count > 0;
}

/** Keeps a creation that takes long from being taken over. */
export async function keepCreating(tx: Tx, row: SandboxKey & { readonly fence: number }, now: Date): Promise<boolean> {
  const { count } = await tx.sandbox.updateMany({
    where: { id: row.id, workspaceId: row.workspaceId, fence: row.fence, state: { in: ["creating", "setup"] } },
    data: { heartbeatAt: now },
  });
  return count > 0;
}

/** Rows that a machine answers for: its own, and those that were made before machines had names. */
const heldBy = (machineId: string) => [{ machineId }, { machineId: null }];

/**
 * The sandboxes of a machine that may hold processes or wait for their creation, or that were not used since `restingSince`,
 * of all tenants (call it across tenants only): a page of them, by id, beginning after one.
 */
export async function listReapable(
  tx: Tx,
  { machineId, restingSince, after, take }: { machineId: string; restingSince: Date; after: string; take: number },
): Promise<SandboxRow[]> {
  const active = { state: { in: [...livingStates, "creating", "setup"] } };
  const atRest = { state: { in: ["hibernated", "failed"] }, lastUsedAt: { lt: restingSince } };
  const where = { id: { gt: after }, AND: [{ OR: heldBy(machineId) }, { OR: [active, atRest] }] };
  const rows = await tx.sandbox.findMany({ where, orderBy: { id: "asc" }, take });
  return rows.map((row) => rowSchema.parse(row));
}

/** Every sandbox that should be running on a machine which is not among these, and was not heard of since `silentSince`, of all tenants (call it across tenants only). */
export async function listLost(tx: Tx, machineIds: readonly string[], silentSince: Date): Promise<SandboxRow[]> {
  const where = {
    state: { in: [...livingStates, "creating", "setup"] },
    machineId: { not: null, notIn: [...machineIds] },
    heartbeatAt: { lt: silentSince },
  };
  const rows = await tx.sandbox.findMany({ where, take: 1_000 });
  return rows.map((row) => rowSchema.parse(row));
}

/**
 * Which of these ids still have a row of this machine that is not destroyed, or one that was being made since `leasedSince`:
 * it becomes the machine's that makes it only at the end (call it across tenants only).
 */
export async function keptSandboxIds(tx: Tx, machineId: string, ids: readonly string[], leasedSince: Date): Promise<Set<string>> {
  const beingMade = { state: { in: ["creating", "setup"] }, heartbeatAt: { gt: leasedSince } };
  const where = { id: { in: [...ids] }, state: { not: "destroyed" }, OR: [...heldBy(machineId), beingMade] };
  const rows = await tx.sandbox.findMany({ where, select: { id: true } });
  return new Set(rows.map((row) => row.id));
}
