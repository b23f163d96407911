import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { findRunningProduct, type RunningProduct } from "../../infra/local/running-product.ts";
import { root } from "../../infra/local/settings.ts";

export interface StartedProduct {
  readonly url: string;
  /** The one-time link that the console showed. */
  readonly signInUrl: string;
  readonly running: RunningProduct;
  /** From the command to "ready". */
  readonly startedInMs: number;
  /** Everything that the console has shown so far. */
  output(): string;
  /** Resolves when the console shows it. */
  untilSaid(pattern: RegExp, timeoutMs: number): Promise<string>;
  /** Ctrl-C; answers how long it took in milliseconds. */
  stop(): Promise<number>;
  /** kill -9 of the supervisor itself. */
  kill(): Promise<void>;
}

async function untilSaid(child: ChildProcess, output: () => string, pattern: RegExp, timeoutMs: number): Promise<string> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = pattern.exec(output());
    if (found) return found[1] ?? found[0];
    if (child.exitCode !== null) throw new Error(`npm start ended with exit code ${child.exitCode}:\n${output()}`);
    if (performance.now() > deadline) throw new Error(`npm start did not say ${pattern} within ${timeoutMs / 1000} s:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A busy machine may miss the short time in which a health check has to answer: asked again until it does. */
async function untilFound(dataDirectory: string, output: () => string): Promise<RunningProduct> {
  for (const deadline = performance.now() + 30_000; performance.now() < deadline; ) {
    const running = await findRunningProduct(dataDirectory);
    if (running) return running;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the product is ready but can't be found by its running.json:\n${output()}`);
}

/** Starts what `npm start` starts, as a process of its own on a data directory of its own, and waits until it is ready. */
export async function startTestProduct(options: {
  dataDirectory: string;
  env?: Record<string, string>;
  timeoutMs?: number;
}): Promise<StartedProduct> {
  const began = performance.now();
  const child = spawn(process.execPath, [join(root, "infra/local/commands/start.ts")], {
    cwd: root,
    env: { ...productEnvironment(), NO_COLOR: "1", DATA_DIR: options.dataDirectory, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const output = () => text;
  const exited = once(child, "exit");
  try {
    await untilSaid(child, output, /is ready after/, options.timeoutMs ?? 180_000);
    const startedInMs = performance.now() - began;
    const signInUrl = await untilSaid(child, output, /sign in .*?: (\S+)/, 5_000);
    const running = await untilFound(options.dataDirectory, output);
    const end = async (signal: NodeJS.Signals) => {
      const stopping = performance.now();
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await exited;
      }
      return performance.now() - stopping;
    };
    return {
      url: running.url,
      signInUrl,
      running,
      startedInMs,
      output,
      untilSaid: (pattern, timeoutMs) => untilSaid(child, output, pattern, timeoutMs),
      stop: () => end("SIGINT"),
      kill: async () => {
        await end("SIGKILL");
      },
    };
  } catch (error) {
    child.kill("SIGTERM");
    await exited;
    throw error;
  }
}

/** This process's environment without what the tests' own set-up has put there. */
function productEnvironment(): NodeJS.ProcessEnv {
  const keep = ["PATH", "HOME", "TMPDIR", "LANG", "CI", "PORT", "WORKER_PORT", "ENGINE_PORT", "OLLAMA_BASE_URL", "LOG_LEVEL"];
  return Object.fromEntries(keep.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}
