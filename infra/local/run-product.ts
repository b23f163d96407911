import { join } from "node:path";
import { z } from "zod";
import { type OwnerLock, takeOwnerLock } from "./owner-lock.ts";
import { runSeed } from "./run-seed.ts";
import { findRunningProduct } from "./running-product.ts";
import { completeSettings, type Mode, type Settings } from "./settings.ts";
import { Supervisor } from "./supervisor.ts";

const firstStartSchema = z.object({
  signInUrl: z.string(),
  session: z.object({ sessionId: z.string(), title: z.string(), apiKey: z.string(), path: z.string() }).nullable(),
});
export type FirstStart = z.infer<typeof firstStartSchema>;

export interface Product {
  readonly settings: Settings;
  readonly supervisor: Supervisor;
  readonly firstStart: FirstStart;
  stop(): Promise<void>;
}

async function lockDataDirectory(dataDirectory: string): Promise<OwnerLock> {
  const taken = takeOwnerLock(join(dataDirectory, "supervisor.lock"));
  if (taken.ok) return taken.lock;
  const running = await findRunningProduct(dataDirectory);
  const where = running ? ` at ${running.url}` : "";
  throw new Error(
    `OpenCode already runs on ${dataDirectory}${where} (process ${taken.ownerPid}). ` +
      `Use that one, stop it with Ctrl-C, or take another directory: DATA_DIR=.data-2 npm start`,
  );
}

/** Starts the whole product on this machine; everything is stopped again when the start fails. */
export async function startProduct(options: {
  mode: Mode;
  dataDirectory: string;
  /** False leaves the first start's guided task out. */
  firstTask?: boolean;
  onSupervisor?: (supervisor: Supervisor) => void;
}): Promise<Product> {
  const lock = await lockDataDirectory(options.dataDirectory);
  let supervisor: Supervisor | undefined;
  const stop = async () => {
    await supervisor?.stop();
    lock.release();
  };
  try {
    const settings = await completeSettings(options.mode, options.dataDirectory);
    supervisor = new Supervisor(settings);
    options.onSupervisor?.(supervisor);
    let firstStart: FirstStart | undefined;
    await supervisor.start({
      seed: async () => {
        firstStart = await runSeed("first-start.ts", {
          env: settings.env,
          input: { firstTask: options.firstTask ?? true },
          result: firstStartSchema,
        });
      },
    });
    if (!firstStart) throw new Error("the first start's seed left no result");
    return { settings, supervisor, firstStart, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
