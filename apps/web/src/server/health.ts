import { pingDatabase } from "@opencode/core/platform/database/database.ts";
import { env } from "@opencode/core/platform/env.ts";
import { limits } from "@opencode/core/platform/limits.ts";
import { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };

const componentSchema = z.object({
  status: z.enum(["up", "down", "missing"]),
  kind: z.string(),
  latencyMs: z.number(),
  message: z.string().optional(),
});
type ComponentHealth = z.infer<typeof componentSchema>;

/** What the worker says of itself and of what only it can see. Its own latency is measured here. */
const partOfWorker = componentSchema.partial({ latencyMs: true });
const workerHealthSchema = z.object({
  components: z.object({ worker: partOfWorker.optional(), sandbox: partOfWorker, models: partOfWorker }),
});

type Components = Record<"database" | "engine" | "worker" | "sandbox" | "models", ComponentHealth>;
export interface Health {
  readonly status: "up" | "down";
  readonly version: string;
  readonly components: Components;
}

// Without these nothing works. Without a sandbox or a model the pages do, and say what to install.
const needed = ["database", "engine", "worker"] as const;

async function timed<T>(work: () => Promise<T>): Promise<{ latencyMs: number; value: T | null; message: string | null }> {
  const startedAt = performance.now();
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => timeout.reject(new Error(`no answer within ${limits.health.componentTimeoutMs} ms`)),
    limits.health.componentTimeoutMs,
  );
  const latency = () => Math.round((performance.now() - startedAt) * 10) / 10;
  try {
    const value = await Promise.race([work(), timeout.promise]);
    return { latencyMs: latency(), value, message: null };
  } catch (error) {
    return { latencyMs: latency(), value: null, message: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

function readJson(baseUrl: string): Promise<unknown> {
  const signal = AbortSignal.timeout(limits.health.componentTimeoutMs);
  return fetch(new URL("/health", baseUrl), { signal, cache: "no-store" }).then(async (response) => {
    if (!response.ok && response.status !== 503) throw new Error(`answered ${response.status}`);
    return response.json();
  });
}

async function databaseHealth(): Promise<ComponentHealth> {
  const kind = env().DATABASE_EMBEDDED ? "pglite" : "postgres";
  const { latencyMs, message } = await timed(pingDatabase);
  if (message === null) return { status: "up", kind, latencyMs };
  return { status: "down", kind, latencyMs, message: "The database does not answer. Look at DATABASE_URL and at its log." };
}

async function engineHealth(): Promise<ComponentHealth> {
  const { INNGEST_BASE_URL: baseUrl, INNGEST_SIGNING_KEY: signingKey } = env();
  const kind = signingKey ? "inngest" : "single-machine";
  if (!baseUrl) return { status: signingKey ? "up" : "missing", kind, latencyMs: 0, message: "INNGEST_BASE_URL is not set." };
  const { latencyMs, message } = await timed(() => readJson(baseUrl));
  if (message === null) return { status: "up", kind, latencyMs };
  return {
    status: "down",
    kind,
    latencyMs,
    message: `The durable engine at ${baseUrl} does not answer (${message}). Tasks wait until it does.`,
  };
}

async function workerHealth(): Promise<Pick<Components, "worker" | "sandbox" | "models">> {
  const baseUrl = env().WORKER_INTERNAL_URL;
  const unknown: ComponentHealth = {
    status: "missing",
    kind: "unknown",
    latencyMs: 0,
    message: "Only the worker knows, and it does not answer.",
  };
  if (!baseUrl) {
    return {
      worker: { status: "missing", kind: "worker", latencyMs: 0, message: "WORKER_INTERNAL_URL is not set." },
      sandbox: unknown,
      models: unknown,
    };
  }
  const { latencyMs, value, message } = await timed(async () => workerHealthSchema.parse(await readJson(baseUrl)));
  if (!value) {
    return {
      worker: {
        status: "down",
        kind: "worker",
        latencyMs,
        message: `The worker at ${baseUrl} does not answer (${message}). Tasks wait until it does.`,
      },
      sandbox: unknown,
      models: unknown,
    };
  }
  const { worker, sandbox, models } = value.components;
  return {
    worker: { status: "up", kind: "worker", ...worker, latencyMs },
    sandbox: { ...sandbox, latencyMs: sandbox.latencyMs ?? 0 },
    models: { ...models, latencyMs: models.latencyMs ?? 0 },
  };
}

/** How the product is, each part asked at the same time and waited for at most `limits.health.componentTimeoutMs`. */
export async function readHealth(): Promise<Health> {
  const [database, engine, ofWorker] = await Promise.all([databaseHealth(), engineHealth(), workerHealth()]);
  const components: Components = { database, engine, ...ofWorker };
  const isUp = needed.every((name) => components[name].status === "up");
  return { status: isUp ? "up" : "down", version: packageJson.version, components };
}
