import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { envVariables } from "@opencode/core/platform/env.ts";
import { migrate } from "@opencode/prisma/migrate.ts";
import { type Health, untilHealthy } from "./health.ts";
import { type Plans, plansFor } from "./plans.ts";
import { runningFile } from "./running-product.ts";
import { ensureSandboxTools } from "./sandbox-tools.ts";
import { say } from "./say.ts";
import type { Settings } from "./settings.ts";
import { SupervisedProcess } from "./supervised-process.ts";
import { ensureWebBuild } from "./web-build.ts";

/** Development compiles the first page while it is asked for; a server far away may be slow. */
const healthyWithinMs = 120_000;

const productVariables = new Set(envVariables.map(({ name }) => name));

/** All processes of the product on this machine, started and stopped in order. */
export class Supervisor {
  readonly settings: Settings;
  readonly #processes = new Map<keyof Plans, SupervisedProcess>();
  readonly #aborted = new AbortController();
  #stopping: Promise<void> | undefined;

  constructor(settings: Settings) {
    this.settings = settings;
    const plans = plansFor(settings);
    for (const name of ["database", "engine", "worker", "web"] as const) {
      const plan = plans[name];
      if (plan) this.#processes.set(name, new SupervisedProcess(plan, join(settings.dataDirectory, "logs")));
    }
  }

  /** Process numbers by name, for whoever wants to look or to do harm. */
  pids(): Record<string, number | null> {
    return Object.fromEntries([...this.#processes].map(([name, process]) => [name, process.pid]));
  }

  /** Starts what is needed in the order of need; resolves when everything answers. */
  async start(options: { seed: () => Promise<void> }): Promise<Health> {
    const built = this.settings.mode === "start" ? ensureWebBuild(this.#aborted.signal) : Promise.resolve();
    // A rejection is awaited below; until then it must not end the process as an unhandled one.
    built.catch(() => undefined);
    await Promise.all([ensureSandboxTools(), this.#startDatabase()]);
    this.#processes.get("engine")?.start();
    this.#processes.get("worker")?.start();
    await built;
    this.#processes.get("web")?.start();
    // Not before the build: the first task is there to be watched.
    const seeded = options.seed();
    seeded.catch(() => undefined);
    const health = await untilHealthy(`http://localhost:${this.settings.webPort}`, {
      timeoutMs: healthyWithinMs,
      signal: this.#aborted.signal,
    });
    await seeded;
    this.#writeRunningFile();
    return health;
  }

  /** Stops browsers' edge and worker first, then the engine, then the database; all within five seconds. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopInOrder();
    return this.#stopping;
  }

  #writeRunningFile(): void {
    const { url, webPort, env, dataDirectory } = this.settings;
    const own = Object.fromEntries(Object.entries(env).filter(([name]) => productVariables.has(name)));
    writeFileSync(runningFile(dataDirectory), `${JSON.stringify({ pid: process.pid, url, webPort, pids: this.pids(), env: own })}\n`, {
      mode: 0o600,
    });
  }

  async #startDatabase(): Promise<void> {
    const database = this.#processes.get("database");
    if (database) {
      database.start();
      await database.saysReady();
    }
    const applied = await migrate(this.settings.env.DATABASE_URL ?? "");
    if (applied.length > 0) say.done(`database: ${applied.length} migration${applied.length === 1 ? "" : "s"} applied`);
  }

  async #stopInOrder(): Promise<void> {
    this.#aborted.abort();
    rmSync(runningFile(this.settings.dataDirectory), { force: true });
    await Promise.all([this.#processes.get("web")?.stop(), this.#processes.get("worker")?.stop()]);
    await this.#processes.get("engine")?.stop();
    await this.#processes.get("database")?.stop();
  }
}
