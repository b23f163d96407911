import { logger } from "@opencode/core/platform/logger.ts";

/** Does a chore again and again, `pauseMs` after it has ended; a failure is logged and the next time comes. Answers how to stop. */
export function every(pauseMs: number, name: string, work: () => Promise<unknown>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const turn = async () => {
    try {
      await work();
    } catch (error) {
      logger.warn({ err: error, chore: name }, "worker: a chore failed; it is tried again");
    }
    if (!isStopped) timer = setTimeout(() => void turn(), pauseMs);
  };
  timer = setTimeout(() => void turn(), 0);
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
