import { dangerouslyAcrossTenants, Prisma } from "../database/database.ts";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import { limits } from "../limits.ts";
import { ensureMachineId, readMachineId } from "./machine-id.ts";

interface LiveWorker {
  readonly machineId: string;
  readonly address: string;
}

const reason = "which workers there are is no tenant's business";

const seconds = (ms: number) => ms / 1_000;
/** Longer than this between two announcements is a gap: the database was away, or the worker. */
const gapS = seconds(1.5 * limits.worker.announceEveryMs);
/** After a gap, everybody that is there has announced itself within this time. */
const steadyS = seconds(limits.worker.goneAfterMs + limits.worker.announceEveryMs);
const goneS = seconds(limits.worker.goneAfterMs);

// One clock for all machines: the database's.
const now = Prisma.sql`(now() AT TIME ZONE 'UTC')`;
const before = (ageS: number) => Prisma.sql`(${now} - make_interval(secs => ${ageS}))`;
/** Somebody has been heard of all the time: who was not is gone. Without such a witness it may have been the database that was away. */
const witness = Prisma.sql`EXISTS (SELECT 1 FROM "Worker" w WHERE w."heartbeatAt" > ${before(goneS)} AND w."heardSince" < ${before(steadyS)})`;

/** Says that this process serves its DATA_DIR at this address; repeated every `limits.worker.announceEveryMs`. */
export async function announceWorker(address: string = ownAddress()): Promise<void> {
  const machineId = ensureMachineId(env().DATA_DIR);
  await dangerouslyAcrossTenants(reason, async (tx) => {
    await tx.$executeRaw`INSERT INTO "Worker" AS known ("machineId", "address", "startedAt", "heardSince", "heartbeatAt")
      VALUES (${machineId}, ${address}, ${now}, ${now}, ${now})
      ON CONFLICT ("machineId", "address") DO UPDATE SET "heartbeatAt" = ${now},
        "heardSince" = CASE WHEN known."heartbeatAt" < ${before(gapS)} THEN ${now} ELSE known."heardSince" END`;
    await tx.$executeRaw`DELETE FROM "Worker" WHERE "heartbeatAt" < ${before(seconds(limits.worker.forgetAfterMs))} AND ${witness}`;
  });
}

/** Says that this process is going. The last worker of its machine stays known until it is overdue: it is expected back. */
export async function retireWorker(address: string = ownAddress()): Promise<void> {
  const machineId = ensureMachineId(env().DATA_DIR);
  await dangerouslyAcrossTenants(
    reason,
    (tx) => tx.$executeRaw`DELETE FROM "Worker" w WHERE w."machineId" = ${machineId} AND w."address" = ${address} AND EXISTS
      (SELECT 1 FROM "Worker" o WHERE o."machineId" = ${machineId} AND o."address" <> ${address} AND o."heartbeatAt" > ${before(goneS)})`,
  );
}

function ownAddress(): string {
  const { WORKER_ADDRESS, WORKER_INTERNAL_URL, WORKER_PORT } = env();
  return WORKER_ADDRESS ?? WORKER_INTERNAL_URL ?? `http://127.0.0.1:${WORKER_PORT}`;
}

let looked: { readonly at: number; readonly workers: Promise<readonly LiveWorker[]> } | null = null;

/**
 * The workers that are there, those heard of last first; as of a moment ago. One that is silent counts as gone only when another
 * was heard of without a gap for longer: after the database was away everybody is silent, and nobody gone.
 */
export function liveWorkers(): Promise<readonly LiveWorker[]> {
  if (looked && performance.now() - looked.at < limits.worker.knownForMs) return looked.workers;
  const workers = dangerouslyAcrossTenants(
    reason,
    (tx) => tx.$queryRaw<LiveWorker[]>`SELECT "machineId", "address" FROM "Worker"
      WHERE "heartbeatAt" > ${before(goneS)} OR NOT ${witness} ORDER BY "heartbeatAt" DESC LIMIT 1000`,
  );
  looked = { at: performance.now(), workers };
  workers.catch(() => {
    looked = null;
  });
  return workers;
}

/** Whether this is the machine whose DATA_DIR we see ourselves. null (made before machines had names, or held by none) counts as ours. */
export function isHere(machineId: string | null): boolean {
  return machineId === null || machineId === readMachineId(env().DATA_DIR);
}

/** Where a worker of this machine answers; null when it is gone. */
export async function addressOf(machineId: string): Promise<string | null> {
  return (await liveWorkers()).find((worker) => worker.machineId === machineId)?.address ?? null;
}

/**
 * Whom to ask about what this machine holds: a worker of its own. undefined: the only one, or any (WORKER_INTERNAL_URL).
 * Throws UNAVAILABLE for a machine that is gone.
 */
export async function originOf(machineId: string | null): Promise<string | undefined> {
  if (machineId === null || env().SINGLE_MACHINE) return undefined;
  const address = await addressOf(machineId);
  if (address === null && !isHere(machineId)) throw machineGone();
  return address ?? undefined;
}

/** What people are told who ask for something that lay on a machine which is no longer heard of. */
export function machineGone(): AppError {
  return new AppError(
    "UNAVAILABLE",
    "The machine that held this session's sandbox is gone. Rebuild the sandbox, or send the next prompt: it is made again from what was recorded.",
    { retryAfterSeconds: 10 },
  );
}
