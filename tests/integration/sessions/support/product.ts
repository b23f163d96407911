import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { standaloneServer } from "../../../../infra/local/web-build.ts";
import { reservePort } from "../../../harness/reserve-port.ts";

const root = resolve(import.meta.dirname, "../../../..");

export type ProcessName = "database" | "engine" | "worker" | "web";

/** The engine and the worker as their own processes on a given database, with the use cases called from the test. */
export interface Product {
  readonly engineUrl: string;
  readonly workerUrl: string;
  /** of the web app, where `web` was asked for */
  readonly webUrl: string;
  readonly dataDirectory: string;
  start(name: ProcessName): Promise<void>;
  /** `kill -9` */
  kill(name: ProcessName): Promise<void>;
  /** Holds a process up where it stands (`SIGSTOP`), and lets it go on. */
  pause(name: ProcessName): void;
  resume(name: ProcessName): void;
  /** SIGTERM, and how long it took in ms */
  terminate(name: ProcessName): Promise<number>;
  stop(): Promise<void>;
}

export interface ProductOptions {
  readonly env?: Record<string, string>;
  /** an embedded database of its own, as a process that can be killed */
  readonly ownDatabase?: boolean;
  /** the built web app will be started too: its build has to stand by then */
  readonly web?: boolean;
  /** what ends unasked is started again, as the supervisor does it */
  readonly supervised?: boolean;
}

/** What a test process needs in its environment before it imports core; ports are chosen here. */
export async function prepareProduct(options: ProductOptions = {}): Promise<Product> {
  const [enginePort, workerPort] = [await reservePort(21_500), await reservePort(21_600)];
  const dataDirectory = await mkdtemp(join(tmpdir(), "opencode-product-"));
  const webPort = await reservePort(22_100);
  const webUrl = `http://127.0.0.1:${webPort}`;
  const databasePort = await reservePort(21_700);
  const ofTest = {
    INNGEST_BASE_URL: `http://127.0.0.1:${enginePort}`,
    INNGEST_DEV: "true",
    WORKER_INTERNAL_URL: `http://127.0.0.1:${workerPort}`,
    DATA_DIR: dataDirectory,
    ...(options.web ? { PUBLIC_URL: webUrl } : {}),
    ...(options.ownDatabase ? { DATABASE_URL: `postgresql://postgres@127.0.0.1:${databasePort}/postgres`, DATABASE_EMBEDDED: "true" } : {}),
    ...options.env,
  };
  Object.assign(process.env, ofTest);
  const env = () => ({
    ...definedOf(process.env),
    ENGINE_PORT: String(enginePort),
    WORKER_PORT: String(workerPort),
    ENGINE_RETRY_INTERVAL_MS: "1000",
  });
  const children = new Map<ProcessName, ChildProcess>();
  const args: Record<ProcessName, string[]> = {
    database: ["infra/local/embedded-database.ts", dataDirectory, String(databasePort)],
    engine: ["apps/engine/src/main.ts"],
    worker: ["apps/worker/src/main.ts"],
    web: [standaloneServer],
  };
  const healthOf: Record<Exclude<ProcessName, "database">, string> = {
    engine: `${ofTest.INNGEST_BASE_URL}/health`,
    worker: `${ofTest.WORKER_INTERNAL_URL}/health`,
    web: `${webUrl}/api/v1/openapi.json`,
  };

  const start = async (name: ProcessName): Promise<void> => {
    const [program = "", ...rest] = args[name];
    const childEnv: NodeJS.ProcessEnv = {
      ...env(),
      NODE_ENV: "test",
      SERVICE_NAME: name,
      ...(name === "web" ? { NODE_ENV: "production", PORT: String(webPort), HOSTNAME: "127.0.0.1" } : {}),
    };
    const child: ChildProcess = spawn(process.execPath, [resolve(root, program), ...rest], {
      env: childEnv,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    children.set(name, child);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        if (process.env.PRODUCT_LOG) appendFileSync(process.env.PRODUCT_LOG, chunk);
      });
    }
    child.once("exit", () => {
      if (options.supervised && children.get(name) === child) start(name).catch(() => undefined);
    });
    if (name === "database") {
      await Promise.race([once(child, "message"), once(child, "exit")]);
      return;
    }
    await untilUp(healthOf[name], child);
  };
  const end = async (name: ProcessName, signal: NodeJS.Signals, forGood = true) => {
    const child = children.get(name);
    if (forGood) children.delete(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  return {
    engineUrl: ofTest.INNGEST_BASE_URL,
    workerUrl: ofTest.WORKER_INTERNAL_URL,
    webUrl,
    dataDirectory,
    start,
    kill: (name) => end(name, "SIGKILL", !options.supervised),
    pause: (name) => void children.get(name)?.kill("SIGSTOP"),
    resume: (name) => void children.get(name)?.kill("SIGCONT"),
    terminate: async (name) => {
      const startedMs = performance.now();
      await end(name, "SIGTERM");
      return performance.now() - startedMs;
    },
    stop: async () => {
      await end("web", "SIGTERM");
      await end("worker", "SIGTERM");
      await end("engine", "SIGTERM");
      await end("database", "SIGTERM");
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

function definedOf(source: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(source).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

async function untilUp(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode} before it was up: ${url}`);
    const isUp = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return;
    await sleep(50);
  }
  throw new Error(`not up after 30 s: ${url}`);
}

/** Looks again every 25 ms until the answer is not null. */
export async function until<T>(what: string, look: () => Promise<T | null | undefined | false>, timeoutMs = 30_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await look().catch((error: unknown) => {
      // A database that is being killed answers nothing for a while; the deadline decides.
      if (performance.now() > deadline) throw error;
      return null;
    });
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not after ${timeoutMs} ms`);
    await sleep(25);
  }
}
