import { dangerouslyAcrossTenants } from "../database/database.ts";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import { limits } from "../limits.ts";
import { ensureMachineId, readMachineId } from "./machine-id.ts";

interface LiveWorker {
  readonly machineId: string;
  readonly address: string;
}

const reason = "which workers there are is no tenant's business";

/** Says that this process serves its DATA_DIR at this address; repeated every `limits.worker.announceEveryMs`. */
export async function announceWorker(now: Date, address: string = ownAddress()): Promise<void> {
  const key = { machineId: ensureMachineId(env().DATA_DIR), address };
  await dangerouslyAcrossTenants(reason, async (tx) => {
    await tx.worker.upsert({
      where: { machineId_address: key },
      create: { ...key, startedAt: now, heartbeatAt: now },
      update: { heartbeatAt: now },
    });
    await tx.worker.deleteMany({ where: { heartbeatAt: { lt: new Date(now.getTime() - limits.worker.forgetAfterMs) } } });
  });
}

function ownAddress(): string {
  const { WORKER_ADDRESS, WORKER_INTERNAL_URL, WORKER_PORT } = env();
  return WORKER_ADDRESS ?? WORKER_INTERNAL_URL ?? `http://127.0.0.1:${WORKER_PORT}`;
}

let looked: { readonly at: number; readonly workers: Promise<readonly LiveWorker[]> } | null = null;

/** The workers that were heard of lately, those heard of last first; as of a moment ago. */
export function liveWorkers(): Promise<readonly LiveWorker[]> {
  if (looked && performance.now() - looked.at < limits.worker.knownForMs) return looked.workers;
  const workers = dangerouslyAcrossTenants(reason, (tx) =>
    tx.worker.findMany({
      where: { heartbeatAt: { gt: new Date(Date.now() - limits.worker.goneAfterMs) } },
      orderBy: { heartbeatAt: "desc" },
      take: 1_000,
      select: { machineId: true, address: true },
    }),
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

/** Where a worker of this machine answers; null when none was heard of lately. */
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
