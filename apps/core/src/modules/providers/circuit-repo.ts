import type { Tx } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";

export interface Circuit {
  readonly source: string;
  readonly failures: number;
  readonly openUntil: Date | null;
  readonly probeUntil: Date | null;
  readonly lastCode: string | null;
}

const shown = { source: true, failures: true, openUntil: true, probeUntil: true, lastCode: true } as const;

export async function findCircuits(tx: Tx, workspaceId: WorkspaceId): Promise<Circuit[]> {
  return tx.modelCircuit.findMany({ where: { workspaceId, failures: { gt: 0 } }, select: shown });
}

/** Takes the one call that may try a source whose time is over; false when another worker has it. */
export async function claimProbe(tx: Tx, workspaceId: WorkspaceId, source: string, now: Date): Promise<boolean> {
  const { count } = await tx.modelCircuit.updateMany({
    where: { workspaceId, source, OR: [{ probeUntil: null }, { probeUntil: { lt: now } }] },
    data: { probeUntil: new Date(now.getTime() + limits.model.circuitProbeMs) },
  });
  return count > 0;
}

/** One more failure in a row; at the limit the source is left alone, at least as long as it asked for. */
export async function countFailure(
  tx: Tx,
  workspaceId: WorkspaceId,
  source: string,
  failure: { readonly code: string; readonly retryAfterMs: number | null },
  now: Date,
): Promise<void> {
  const { circuitFailures, circuitOpenMs, circuitMaxOpenMs } = limits.model;
  const { failures } = await tx.modelCircuit.upsert({
    where: { workspaceId_source: { workspaceId, source } },
    create: { workspaceId, source, failures: 1, lastCode: failure.code },
    update: { failures: { increment: 1 }, lastCode: failure.code, probeUntil: null },
    select: { failures: true },
  });
  if (failures < circuitFailures) return;
  const pauseMs = Math.min(circuitMaxOpenMs, Math.max(failure.retryAfterMs ?? 0, circuitOpenMs * 2 ** (failures - circuitFailures)));
  await tx.modelCircuit.updateMany({ where: { workspaceId, source }, data: { openUntil: new Date(now.getTime() + pauseMs) } });
}

/** The source works: nothing is held against it any more. */
export async function closeCircuit(tx: Tx, workspaceId: WorkspaceId, source: string): Promise<void> {
  await tx.modelCircuit.updateMany({
    where: { workspaceId, source },
    data: { failures: 0, openUntil: null, probeUntil: null, lastCode: null },
  });
}
