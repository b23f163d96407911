import { setTimeout as sleep } from "node:timers/promises";
import { reapReservations } from "@opencode/core/modules/billing/index.ts";
import { sweepLeftovers, useGitRunner } from "@opencode/core/modules/repositories/index.ts";
import { createPreviewServer, dropLinks, hibernateSandboxes, keepWarmPools, reapSandboxes } from "@opencode/core/modules/sandbox/index.ts";
import { drainTurns, reapTurns, releaseOwnTurns } from "@opencode/core/modules/sessions/index.ts";
import { closeDatabase } from "@opencode/core/platform/database/database.ts";
import { env } from "@opencode/core/platform/env.ts";
import { dispatchOutbox } from "@opencode/core/platform/events/outbox.ts";
import { limits } from "@opencode/core/platform/limits.ts";
import { stopListening } from "@opencode/core/platform/live/postgres-transport.ts";
import { startListening } from "@opencode/core/platform/live/start-listening.ts";
import { logger } from "@opencode/core/platform/logger.ts";
import { announceWorker, retireWorker } from "@opencode/core/platform/machines/workers.ts";
import { every } from "./every.ts";
import { launchGit } from "./git-launcher.ts";
import { createWorkerServer } from "./http-server.ts";
import { register, registerUntilTaken } from "./register.ts";

const { WORKER_PORT: port, WORKER_INTERNAL_URL: origin } = env();
const { server, drain } = createWorkerServer(origin ?? `http://127.0.0.1:${port}`);
const stopping = new AbortController();
useGitRunner(launchGit);

server.listen(port, async () => {
  logger.info({ port }, "worker: up");
  startListening();
  await releaseOwnTurns().catch((error: unknown) =>
    logger.warn({ err: error }, "worker: turns of its last life become free when they are stale"),
  );
  await registerUntilTaken(port, stopping.signal);
});
server.on("error", (error) => {
  logger.fatal({ err: error, port }, "worker: can't listen");
  process.exit(1);
});

const previews = createPreviewServer();
previews?.on("error", (error) => logger.error({ err: error, port: env().PREVIEW_PORT }, "worker: previews can't be served"));
// On one machine they are for its own browser.
if (env().SINGLE_MACHINE) previews?.listen(env().PREVIEW_PORT, "127.0.0.1");
else previews?.listen(env().PREVIEW_PORT);

const chores = [
  every(limits.worker.announceEveryMs, "announcement", () => announceWorker()),
  every(limits.outbox.retryMs, "outbox", dispatchOutbox),
  every(limits.turn.reapEveryMs, "turns", () => reapTurns(new Date())),
  every(limits.worker.reapSandboxesEveryMs, "sandboxes", () => reapSandboxes(new Date())),
  every(limits.worker.keepWarmEveryMs, "warm sandboxes", () => keepWarmPools()),
  every(limits.repository.sweepEveryMs, "leftovers", () => sweepLeftovers(new Date())),
  every(limits.budget.reapEveryMs, "reservations", () => reapReservations()),
  // An engine that lost its state is told again.
  every(limits.worker.registerEveryMs, "registration", () => (stopping.signal.aborted ? Promise.resolve() : register(port))),
];

async function stop(signal: string): Promise<void> {
  if (stopping.signal.aborted) return;
  stopping.abort();
  logger.info({ signal }, "worker: stopping; its turns go on elsewhere");
  drain();
  for (const end of chores) end();
  server.close();
  previews?.close();
  await dropLinks();
  await Promise.race([drainTurns(), sleep(limits.worker.drainMs)]);
  // On one machine a stop is the end of everything: no idle sandbox is left behind.
  if (env().SINGLE_MACHINE) await Promise.race([Promise.allSettled([hibernateSandboxes()]), sleep(limits.worker.drainMs)]);
  await Promise.race([Promise.allSettled([retireWorker()]), sleep(limits.worker.drainMs)]);
  await Promise.race([Promise.allSettled([stopListening(), closeDatabase()]), sleep(limits.worker.drainMs)]);
  process.exit(0);
}

process.on("SIGTERM", () => void stop("SIGTERM"));
process.on("SIGINT", () => void stop("SIGINT"));
process.on("unhandledRejection", (error) => logger.error({ err: error }, "worker: a rejection that nobody handled"));
