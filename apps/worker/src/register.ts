import { setTimeout as sleep } from "node:timers/promises";
import { logger } from "@opencode/core/platform/logger.ts";

const retryMs = { first: 100, most: 2_000 };

/** Lets the SDK tell the engine which functions there are; true when the engine took it. */
export async function register(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/inngest`, { method: "PUT", body: "{}", signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch (error) {
    logger.debug({ err: error }, "worker: the engine did not take the registration");
    return false;
  }
}

/** Registers until the engine has taken it. */
export async function registerUntilTaken(port: number, signal: AbortSignal): Promise<void> {
  for (let pauseMs = retryMs.first; !signal.aborted; pauseMs = Math.min(pauseMs * 2, retryMs.most)) {
    if (await register(port)) {
      logger.info("worker: registered with the engine");
      return;
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
