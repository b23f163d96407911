import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { limits } from "../limits.ts";
import type { Connection } from "./connection.ts";

export interface Lease {
  readonly holder: string;
  readonly epoch: number;
}

export class LeaseLostError extends Error {
  constructor() {
    super("another engine holds the lease of this database");
    this.name = "LeaseLostError";
  }
}

function readOr(read: () => string, otherwise: string): string {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** When a process started, in ticks since boot: tells it from a later process with the same id. Empty when it doesn't run. */
function startTicks(pid: number): string {
  return readOr(
    () =>
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")[19] ?? "",
    "",
  );
}

function machine(): string {
  const boot = readOr(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(), hostname());
  return `${boot}/${readOr(() => readlinkSync("/proc/self/ns/pid"), "none")}`;
}

/** This process: machine and process namespace, process id, start time. */
export function ownHolder(): string {
  return `${machine()} ${process.pid} ${startTicks(process.pid)}`;
}

/** True when the holder ran on this machine and is certainly gone: its lease need not be waited for. */
function isDeadHere(holder: string): boolean {
  const [where, pid, ticks] = holder.split(" ");
  if (where !== machine() || !pid || !ticks) return false;
  return startTicks(Number(pid)) !== ticks;
}

/**
 * Takes the lease when it is free, expired or its holder is known to be dead; otherwise answers when it expires (ms from now).
 * Time is the database's, so clocks of machines needn't agree.
 */
export async function tryAcquire(connection: Connection, holder: string): Promise<Lease | { waitMs: number }> {
  const now = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
  await connection.query("INSERT INTO engine.lease (id, holder, epoch, expires_ms) VALUES (1, '', 0, 0) ON CONFLICT DO NOTHING");
  const [current] = await connection.query<{ holder: string; epoch: number; wait_ms: number }>(
    `SELECT holder, epoch, expires_ms - ${now} AS wait_ms FROM engine.lease WHERE id = 1`,
  );
  if (!current) return { waitMs: limits.database.retryMaxMs };
  if (current.wait_ms > 0 && current.holder !== holder && !isDeadHere(current.holder)) return { waitMs: current.wait_ms };
  const [taken] = await connection.query<{ epoch: number }>(
    `UPDATE engine.lease SET holder = $1, epoch = epoch + 1, expires_ms = ${now} + $3 WHERE id = 1 AND epoch = $2 RETURNING epoch`,
    [holder, current.epoch, limits.lease.ttlMs],
  );
  return taken ? { holder, epoch: taken.epoch } : { waitMs: limits.lease.renewMs };
}

/** Prolongs the lease; throws LeaseLostError when somebody else has it. */
export async function renew(connection: Connection, lease: Lease): Promise<void> {
  const rows = await connection.query(
    "UPDATE engine.lease SET expires_ms = (extract(epoch FROM clock_timestamp()) * 1000)::bigint + $3 WHERE id = 1 AND holder = $1 AND epoch = $2 RETURNING 1",
    [lease.holder, lease.epoch, limits.lease.ttlMs],
  );
  if (rows.length === 0) throw new LeaseLostError();
}

/** Gives the lease back, so that the next engine needn't wait. */
export async function release(connection: Connection, lease: Lease): Promise<void> {
  await connection.query("UPDATE engine.lease SET expires_ms = 0 WHERE id = 1 AND holder = $1 AND epoch = $2", [lease.holder, lease.epoch]);
}
