import { z } from "zod";
import type { Tx } from "../../platform/database/database.ts";
import { type BlockedRecord, blockedRecordSchema, type SetupReport, setupReportSchema } from "./contract.ts";
import type { BlockedCount } from "./network/sandbox-egress.ts";
import type { SandboxKey } from "./repo.ts";

const networkSchema = z.object({ blocked: z.array(blockedRecordSchema).default([]) });
const maxBlocked = 100;

interface Report {
  readonly setup: SetupReport | null;
  readonly blocked: readonly BlockedRecord[];
}

export async function findReport(tx: Tx, { id, workspaceId }: SandboxKey): Promise<Report> {
  const row = await tx.sandboxReport.findUnique({ where: { id_workspaceId: { id, workspaceId } } });
  if (!row) return { setup: null, blocked: [] };
  return { setup: row.setup === null ? null : setupReportSchema.parse(row.setup), blocked: networkSchema.parse(row.network).blocked };
}

export async function saveSetupReport(tx: Tx, { id, workspaceId }: SandboxKey, setup: SetupReport): Promise<void> {
  await tx.sandboxReport.upsert({
    where: { id_workspaceId: { id, workspaceId } },
    create: { id, workspaceId, setup },
    update: { setup },
  });
}

/** Adds to what was refused so far; the hosts that were refused longest ago give way. */
export async function recordBlocked(tx: Tx, key: SandboxKey, blocked: readonly BlockedCount[], now: Date): Promise<void> {
  if (blocked.length === 0) return;
  const { id, workspaceId } = key;
  const known = new Map((await findReport(tx, key)).blocked.map((record) => [`${record.host}:${record.port}`, record]));
  for (const { host, port, reason, count } of blocked) {
    const name = `${host}:${port}`;
    const before = known.get(name)?.count ?? 0;
    known.delete(name);
    known.set(name, { host, port, reason, count: before + count, lastAt: now.toISOString() });
  }
  const network = { blocked: [...known.values()].slice(-maxBlocked) };
  await tx.sandboxReport.upsert({
    where: { id_workspaceId: { id, workspaceId } },
    create: { id, workspaceId, network },
    update: { network },
  });
}
