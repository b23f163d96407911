import { reportFirstTask } from "../console-log.ts";
import { printMails } from "../print-mails.ts";
import { startProduct } from "../run-product.ts";
import { say } from "../say.ts";
import { findDataDirectory, type Mode } from "../settings.ts";
import type { Supervisor } from "../supervisor.ts";

/** `npm start` and `npm run dev`: until Ctrl-C. */
export async function runUntilStopped(mode: Mode): Promise<void> {
  const began = performance.now();
  const isOver = new AbortController();
  let supervisor: Supervisor | undefined;
  let stopProduct = async () => supervisor?.stop();
  const stop = async () => {
    if (isOver.signal.aborted) return;
    isOver.abort();
    say.step("stopping");
    const stopped = performance.now();
    await stopProduct();
    say.done(`stopped in ${((performance.now() - stopped) / 1000).toFixed(1)} s`);
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);

  try {
    const dataDirectory = findDataDirectory();
    const product = await startProduct({
      mode,
      dataDirectory,
      onSupervisor: (started) => {
        supervisor = started;
      },
    });
    stopProduct = product.stop;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    say.done(`OpenCode is ready after ${seconds} s: ${say.bold(product.settings.url)}`);
    say.plain(`    sign in (once, valid for a day): ${say.bold(product.firstStart.signInUrl)}`);
    say.plain(`    logs: ${dataDirectory}/logs · stop: Ctrl-C`);
    printMails(dataDirectory, isOver.signal);
    if (product.firstStart.session) await reportFirstTask(product.settings.url, product.firstStart.session, isOver.signal);
  } catch (error) {
    if (isOver.signal.aborted) return;
    say.fail(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
