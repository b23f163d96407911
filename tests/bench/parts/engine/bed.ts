import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../../../infra/local/free-port.ts";
import { type Child, startChild } from "../../../integration/engine/harness/child-process.ts";
import { type EngineProcess, startEngineProcess } from "../../../integration/engine/harness/engine-process.ts";
import type { BenchDatabase } from "./database.ts";

const sdkScript = join(import.meta.dirname, "sdk-process.ts");

interface Seen {
  readonly noop: number;
  readonly three: number;
  readonly latency: number[];
  readonly steps: number;
  readonly curve: number[];
}

/** Engine, SDK process and database of one measurement. */
export interface Bed {
  readonly engine: EngineProcess;
  readonly sdk: Child;
  /** From the spawn of the engine to its answering /health. */
  readonly startMs: number;
  send(events: { name: string; data: unknown }[]): Promise<void>;
  seen(reset?: boolean): Promise<Seen>;
  /** Resolves when what the SDK saw satisfies the condition; throws after the time. */
  until(condition: (seen: Seen) => boolean, timeoutMs: number): Promise<Seen>;
  rssMb(): number;
  cpuMs(): number;
  stop(): Promise<void>;
}

export async function startBed(database: BenchDatabase): Promise<Bed> {
  const sdkPort = await freePort();
  const enginePort = await freePort();
  const engineUrl = `http://127.0.0.1:${enginePort}`;
  const sdk = await startChild(sdkScript, { args: [engineUrl, String(sdkPort)], ready: /listening/ });
  const begun = performance.now();
  const engine = await startEngineProcess({
    databaseUrl: database.url,
    port: enginePort,
    sdkUrls: [`http://127.0.0.1:${sdkPort}/api/inngest`, `http://127.0.0.1:${sdkPort}/api/plain`],
    env: { LOG_LEVEL: "info" },
  });
  const health = async (): Promise<{ functions: number }> => (await (await fetch(`${engineUrl}/health`)).json()) as { functions: number };
  await health();
  const startMs = performance.now() - begun;
  while ((await health()).functions < 5) await sleep(20);

  const seen = async (reset = false): Promise<Seen> =>
    (await (await fetch(`http://127.0.0.1:${sdkPort}/seen${reset ? "?reset" : ""}`)).json()) as Seen;
  return {
    engine,
    sdk,
    startMs,
    seen,
    send: async (events) => {
      const response = await fetch(`${engineUrl}/e/bench`, {
        method: "POST",
        body: JSON.stringify(events),
        headers: { "content-type": "application/json" },
      });
      if (!response.ok) throw new Error(`the engine answered ${response.status}: ${await response.text()}`);
      await response.arrayBuffer();
    },
    until: async (condition, timeoutMs) => {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        const now = await seen();
        if (condition(now)) return now;
        if (performance.now() > deadline)
          throw new Error(`not done after ${timeoutMs} ms: ${JSON.stringify(now).slice(0, 300)}\n${engine.output().slice(-2_000)}`);
        await sleep(20);
      }
    },
    rssMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${engine.process.pid}/status`, "utf8"))?.[1] ?? 0) / 1024,
    cpuMs: () => {
      const fields = readFileSync(`/proc/${engine.process.pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
    stop: async () => {
      await engine.kill("SIGTERM");
      await sdk.kill();
    },
  };
}
