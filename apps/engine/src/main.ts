import "./memory-settings.ts";
import { engineEnv } from "@opencode/core/platform/env.ts";
import { pino } from "pino";
import { startEngine } from "./engine.ts";
import { limits } from "./limits.ts";
import type { EngineSettings } from "./settings.ts";

const env = engineEnv();
const log = pino({ level: env.LOG_LEVEL, base: { service: "engine" }, timestamp: pino.stdTimeFunctions.isoTime });
const isDev = env.INNGEST_DEV ?? env.INNGEST_SIGNING_KEY === undefined;

const settings: EngineSettings = {
  databaseUrl: env.DATABASE_URL,
  port: env.ENGINE_PORT,
  host: env.ENGINE_HOST,
  kind: isDev ? "dev" : "cloud",
  signingKey: env.INNGEST_SIGNING_KEY,
  eventKey: env.INNGEST_EVENT_KEY,
  sdkUrls: env.ENGINE_SDK_URLS,
  retryIntervalMs: env.ENGINE_RETRY_INTERVAL_MS,
  retentionMs: env.ENGINE_RETENTION_HOURS * 3_600_000,
  maxInFlight: env.ENGINE_MAX_IN_FLIGHT,
  callTimeoutMs: env.ENGINE_CALL_TIMEOUT_MS ?? limits.call.timeoutMs,
  maxMemoBytes: limits.state.cacheBytes,
  log,
};

if (settings.kind === "cloud" && (settings.signingKey === undefined || settings.eventKey === undefined)) {
  process.stderr.write("INNGEST_SIGNING_KEY and INNGEST_EVENT_KEY are needed unless INNGEST_DEV is true.\n");
  process.exit(1);
}

const engine = await startEngine(settings, (error) => {
  log.fatal({ err: error }, "the engine can't go on; start it again");
  process.exit(1);
});

let isStopping = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, "stopping");
    engine.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "stopping failed");
        process.exit(1);
      },
    );
  });
}
