import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export interface Child {
  readonly process: ChildProcess;
  /** What the pattern captured of the first line of stdout that it matches. */
  readonly said: string;
  /** Everything written so far, for messages of failed tests. */
  output(): string;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts `node <script> …` and resolves when a line of its stdout matches; rejects when it ends before. */
export async function startChild(
  script: string,
  options: { args?: string[]; env?: Record<string, string>; ready: RegExp; nodeArgs?: string[] },
): Promise<Child> {
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), script, ...(options.args ?? [])], {
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/tmp", NODE_ENV: "test", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-20_000);
  };
  child.stderr.on("data", keep);
  const exited = once(child, "exit");
  const said = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      keep(chunk);
      const match = options.ready.exec(text);
      if (match) resolve(match[1] ?? match[0]);
    });
    child.once("exit", (code, signal) => reject(new Error(`${script} ended (${code ?? signal}) before it was ready:\n${text}`)));
  });
  return {
    process: child,
    said,
    output: () => text,
    kill: async (signal = "SIGKILL") => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await exited;
    },
  };
}
