import { setTimeout as sleep } from "node:timers/promises";
import { executeItem } from "./call/execute-item.ts";
import { closeIdleConnections } from "./call/http-client.ts";
import { EventIndex } from "./event-index.ts";
import { ingestEvent } from "./events/ingest.ts";
import { IdempotencyKeys } from "./flow/idempotency-keys.ts";
import { forgetOldLimits } from "./flow/rate-limit.ts";
import { Crons } from "./functions/crons.ts";
import { registerApp } from "./functions/register.ts";
import { Registry } from "./functions/registry.ts";
import { Sync } from "./functions/sync.ts";
import { serve } from "./http/server.ts";
import { limits } from "./limits.ts";
import type { Machine } from "./machine.ts";
import { Scheduler } from "./scheduler.ts";
import type { EngineSettings } from "./settings.ts";
import { Connection } from "./store/connection.ts";
import { type Lease, ownHolder, release, renew, tryAcquire } from "./store/lease.ts";
import { loadMachine } from "./store/load.ts";
import { migrateEngine } from "./store/migrate.ts";
import { sweep } from "./store/sweep.ts";
import { Writer } from "./store/writer.ts";
import { Timers } from "./timers.ts";

export interface Engine {
  readonly port: number;
  /** Takes nothing new, lets calls end (up to a limit), writes, gives the lease back. */
  stop(): Promise<void>;
}

/** Starts an engine: it waits for the database and the lease, reads everything back and serves. `onLost` is told when it may not go on. */
export async function startEngine(settings: EngineSettings, onLost: (error: unknown) => void): Promise<Engine> {
  const connection = new Connection(settings.databaseUrl);
  const lease = await acquire(settings, connection);
  const reader = new Connection(settings.databaseUrl);
  const writer = new Writer(connection, lease, settings.log, onLost);
  const sync: Sync = new Sync(settings, (body) => registerApp(machine, body));
  const machine = createMachine(settings, writer, reader, sync);
  const crons = new Crons(machine);
  machine.onRegistered = (appId) => crons.watch(machine.registry.ofApp(appId));
  const kept = await loadMachine(machine);
  crons.watch(machine.registry.all(), kept);
  const { port, server } = await serve(machine);
  machine.timers.start();
  machine.scheduler.start();
  sync.start();
  keepLease(machine, reader, lease, onLost);
  sweepRegularly(machine);
  settings.log.info({ port, runs: machine.runs.size, kind: settings.kind }, "the engine is ready");

  const stop = async (): Promise<void> => {
    machine.isDraining = true;
    sync.stop();
    machine.scheduler.pause();
    const deadlineMs = Date.now() + limits.request.drainMs;
    while (machine.scheduler.inFlight > 0 && Date.now() < deadlineMs) await sleep(20);
    machine.timers.stop();
    server.close();
    server.closeAllConnections();
    closeIdleConnections();
    await writer.stop();
    await release(connection, lease).catch(() => undefined);
    await Promise.all([connection.close(), reader.close()]);
  };
  return { port, stop };
}

async function acquire(settings: EngineSettings, connection: Connection): Promise<Lease> {
  const holder = ownHolder();
  let isReported = false;
  for (;;) {
    let waitMs: number = limits.database.retryMaxMs;
    try {
      await migrateEngine(connection);
      const result = await tryAcquire(connection, holder);
      if ("epoch" in result) return result;
      if (!isReported) settings.log.info(result, "another engine holds the lease of this database; waiting for it");
      isReported = true;
      waitMs = Math.min(result.waitMs, limits.database.retryMaxMs);
    } catch (error) {
      settings.log.warn({ err: error }, "the database does not answer; trying again");
    }
    await sleep(Math.max(limits.database.retryMinMs, waitMs));
  }
}

function createMachine(settings: EngineSettings, writer: Writer, reader: Connection, sync: Sync): Machine {
  const machine: Machine = {
    settings,
    log: settings.log,
    writer,
    reader,
    timers: new Timers(),
    registry: new Registry(),
    scheduler: new Scheduler(settings.maxInFlight, (item) => executeItem(machine, item)),
    runs: new Map(),
    eventWaits: new EventIndex(),
    signalWaits: new Map(),
    invokeWaits: new Map(),
    cancelListeners: new EventIndex(),
    idempotencyKeys: new IdempotencyKeys(),
    singletons: new Map(),
    gatherings: new Map(),
    rateWindows: new Map(),
    throttles: new Map(),
    publish: (event) => ingestEvent(machine, event),
    onUnreachable: (fn) => sync.ask(new URL(fn.url).origin + new URL(fn.url).pathname),
    onRegistered: () => undefined,
    syncProblems: sync.problems,
    apps: new Map(),
    isDraining: false,
    memoBytes: 0,
  };
  return machine;
}

/** Renews the lease; a database that is away is waited for, a lease that somebody else took ends the engine. */
function keepLease(machine: Machine, connection: Connection, lease: Lease, onLost: (error: unknown) => void): void {
  machine.timers.at(Date.now() + limits.lease.renewMs, () => {
    renew(connection, lease)
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === "LeaseLostError") onLost(error);
      })
      .finally(() => {
        if (!machine.isDraining) keepLease(machine, connection, lease, onLost);
      });
  });
}

function sweepRegularly(machine: Machine): void {
  machine.timers.at(Date.now() + limits.retention.sweepMs, () => {
    forgetOldLimits(machine, Date.now());
    sweep(machine.reader, Date.now() - machine.settings.retentionMs)
      .then((runs) => machine.log.info({ runs }, "old runs swept"))
      .catch((error: unknown) => machine.log.warn({ err: error }, "sweeping old runs failed; it is tried again later"))
      .finally(() => sweepRegularly(machine));
  });
}
