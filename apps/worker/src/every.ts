import { logger } from "@opencode/core/platform/logger.ts";

/** Does a chore again and again, `pauseMs` after it has ended; a failure is logged and the next time comes. Answers how to stop. */
export function every(pauseMs: number, name: string, work: () => Promise<unknown>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let failures = 0;
  const turn = async () => {
    try {
      await work();
      if (failures > 0) logger.info({ chore: name, failures }, "worker: a chore works again");
      failures = 0;
    } catch (error) {
      failures += 1;
      // Once is enough: a database that is away makes every chore fail every second.
      if (failures === 1) logger.warn({ err: error, chore: name }, "worker: a chore failed; it is tried until it works");
    }
    if (!isStopped) timer = setTimeout(() => void turn(), pauseMs);
  };
  timer = setTimeout(() => void turn(), 0);
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
