import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";

/** Resolves when the agent has said that it listens; rejects with the end of its log when it ends or takes too long. Lets go of it either way. */
export async function awaitReady(child: ChildProcess, { timeoutMs, log }: { timeoutMs: number; log: string }): Promise<void> {
  const outcome = await new Promise<"ready" | "ended" | "late">((resolve) => {
    const timer = setTimeout(() => resolve("late"), timeoutMs);
    const settle = (value: "ready" | "ended") => {
      clearTimeout(timer);
      resolve(value);
    };
    let said = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8").slice(0, 100);
      if (said.includes("ready\n")) settle("ready");
    });
    child.once("exit", () => settle("ended"));
    child.once("error", () => settle("ended"));
  });
  child.stdout?.destroy();
  child.stdin?.destroy();
  child.unref();
  if (outcome === "ready") return;
  const words = await readFile(log, "utf8").catch(() => "");
  throw new Error(
    `the sandbox ${outcome === "late" ? `did not start within ${timeoutMs} ms` : "ended while it started"}: ${words.slice(-2_000)}`,
  );
}
