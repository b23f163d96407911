import { join } from "node:path";
import { freePort } from "../../../../infra/local/free-port.ts";
import { type Child, startChild } from "./child-process.ts";

const script = join(import.meta.dirname, "../../../../apps/engine/src/main.ts");

export interface EngineProcess extends Child {
  readonly url: string;
  readonly port: number;
}

/** Starts the engine as it is started in earnest, as a process of its own. */
export async function startEngineProcess(options: {
  databaseUrl: string;
  port?: number;
  sdkUrls?: string[];
  env?: Record<string, string>;
}): Promise<EngineProcess> {
  const port = options.port ?? (await freePort());
  const child = await startChild(script, {
    ready: /"msg":"the engine is ready"/,
    env: {
      DATABASE_URL: options.databaseUrl,
      ENGINE_PORT: String(port),
      INNGEST_DEV: "true",
      LOG_LEVEL: "info",
      ENGINE_SDK_URLS: (options.sdkUrls ?? []).join(","),
      ...options.env,
    },
  });
  return { ...child, url: `http://127.0.0.1:${port}`, port };
}
