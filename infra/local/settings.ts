import { createHmac } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { explainEnvProblem, parseEnv } from "@opencode/core/platform/env.ts";
import { freePort } from "./free-port.ts";
import { localSecrets } from "./local-secrets.ts";

export const root = resolve(import.meta.dirname, "../..");

export type Mode = "start" | "dev";

/** Everything that a start decides once: where things are, on which ports, with which environment. */
export interface Settings {
  readonly mode: Mode;
  readonly dataDirectory: string;
  readonly webPort: number;
  readonly url: string;
  /** The embedded database's port; null when DATABASE_URL names a server. */
  readonly databasePort: number | null;
  /** False when INNGEST_BASE_URL names another engine. */
  readonly hasOwnEngine: boolean;
  /** The environment of every process of the product. */
  readonly env: Readonly<Record<string, string>>;
}

function given(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** Where this installation keeps its data; reads `.env` first, which may say so. */
export function findDataDirectory(): string {
  const file = join(root, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
  return resolve(root, given("DATA_DIR") ?? ".data");
}

async function choosePorts() {
  const preferred = (name: string, fallback: number) => Number(given(name) ?? fallback);
  return {
    web: await freePort(preferred("PORT", 3000)),
    worker: await freePort(preferred("WORKER_PORT", 3010)),
    engine: await freePort(preferred("ENGINE_PORT", 8288)),
    preview: await freePort(preferred("PREVIEW_PORT", 3020)),
    database: given("DATABASE_URL") ? null : await freePort(54_320),
  };
}

/** Completes the environment for one machine and checks it; throws an error that names every problem. */
export async function completeSettings(mode: Mode, dataDirectory: string): Promise<Settings> {
  const ports = await choosePorts();
  const url = given("PUBLIC_URL") ?? `http://localhost:${ports.web}`;
  const ownEngineUrl = `http://127.0.0.1:${ports.engine}`;
  const hasOwnEngine = given("INNGEST_BASE_URL") === undefined;
  const machine: Record<string, string> = {
    SINGLE_MACHINE: given("SINGLE_MACHINE") ?? "true",
    PUBLIC_URL: url,
    DATABASE_EMBEDDED: ports.database === null ? "false" : "true",
    WORKER_INTERNAL_URL: `http://127.0.0.1:${ports.worker}`,
    WORKER_PORT: String(ports.worker),
    ENGINE_PORT: String(ports.engine),
    PREVIEW_PORT: String(ports.preview),
    PREVIEW_URL: given("PREVIEW_URL") ?? `http://localhost:${ports.preview}`,
    DATA_DIR: dataDirectory,
    // Halves the processor time that a start needs.
    NODE_COMPILE_CACHE: join(root, "node_modules/.cache/opencode/compile"),
    NODE_ENV: mode === "dev" ? "development" : "production",
  };
  if (hasOwnEngine) Object.assign(machine, { INNGEST_BASE_URL: ownEngineUrl, INNGEST_DEV: "true" });

  const environment: Record<string, string> = { ...localSecrets(dataDirectory), ...definedOf(process.env), ...machine };
  if (ports.database !== null) {
    // Other users of the machine reach its ports too.
    const password = createHmac("sha256", environment.INTERNAL_SECRET ?? "")
      .update("embedded database")
      .digest("hex");
    environment.DATABASE_URL = `postgresql://postgres:${password}@127.0.0.1:${ports.database}/postgres`;
  }
  const parsed = parseEnv(environment);
  if (!parsed.ok) throw new Error(parsed.problems.map(explainEnvProblem).join("\n  "));
  return { mode, dataDirectory, webPort: ports.web, url, databasePort: ports.database, hasOwnEngine, env: environment };
}

function definedOf(source: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(source).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "");
  return Object.fromEntries(entries);
}
