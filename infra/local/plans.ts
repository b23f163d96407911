import { join } from "node:path";
import worker from "../../apps/worker/package.json" with { type: "json" };
import type { Settings } from "./settings.ts";
import { root } from "./settings.ts";
import type { ProcessPlan } from "./supervised-process.ts";
import { standaloneServer } from "./web-build.ts";

const workerFlags = worker.config.node_flags.split(" ");

const inRoot = (path: string) => join(root, path);

export interface Plans {
  readonly database: ProcessPlan | null;
  readonly engine: ProcessPlan | null;
  readonly worker: ProcessPlan;
  readonly web: ProcessPlan;
}

/** What runs on one machine, and how each of them is started. */
export function plansFor(settings: Settings): Plans {
  const { mode, env, dataDirectory } = settings;
  const named = (name: string) => ({ ...env, SERVICE_NAME: name });
  // Node restarts them itself when a file that they have loaded changes.
  const watch = mode === "dev" ? ["--watch", "--watch-preserve-output"] : [];
  return {
    database:
      settings.databasePort === null
        ? null
        : {
            name: "database",
            args: [inRoot("infra/local/embedded-database.ts"), dataDirectory, String(settings.databasePort)],
            env: named("database"),
            graceMs: 1_500,
            mustSayReady: true,
          },
    engine: settings.hasOwnEngine
      ? { name: "engine", args: [...watch, inRoot("apps/engine/src/main.ts")], env: named("engine"), graceMs: 1_000 }
      : null,
    worker: { name: "worker", args: [...workerFlags, ...watch, inRoot("apps/worker/src/main.ts")], env: named("worker"), graceMs: 2_000 },
    web: { ...webPlan(settings), env: { ...named("web"), PORT: String(settings.webPort), HOSTNAME: "localhost" } },
  };
}

function webPlan({ mode, webPort }: Settings): Pick<ProcessPlan, "name" | "args" | "graceMs"> {
  if (mode === "start") return { name: "web", args: [standaloneServer], graceMs: 2_000 };
  const next = inRoot("node_modules/next/dist/bin/next");
  return { name: "web", args: [next, "dev", inRoot("apps/web"), "--port", String(webPort), "--hostname", "localhost"], graceMs: 2_000 };
}
