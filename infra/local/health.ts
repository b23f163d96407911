import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const componentSchema = z.looseObject({ status: z.string(), kind: z.string().nullish(), message: z.string().nullish() });
const healthSchema = z.object({ status: z.string(), version: z.string().optional(), components: z.record(z.string(), componentSchema) });
export type Health = z.infer<typeof healthSchema>;

/** What the web process says of itself and everybody else; null when it does not answer. */
export async function readHealth(url: string): Promise<Health | null> {
  try {
    const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(2_000) });
    return healthSchema.parse(await response.json());
  } catch {
    return null;
  }
}

/** Without these nothing works; a sandbox or a model may be missing and the page says how to get it. */
const needed = ["database", "engine", "worker"] as const;

function notUp(health: Health | null): string[] {
  if (health === null) return ["web"];
  return needed.filter((name) => health.components[name]?.status !== "up");
}

/** Resolves when all that is needed is up; rejects, naming what is not, when that takes too long. */
export async function untilHealthy(url: string, options: { timeoutMs: number; signal: AbortSignal }): Promise<Health> {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    const health = await readHealth(url);
    const missing = notUp(health);
    if (health !== null && missing.length === 0) return health;
    if (performance.now() > deadline) {
      const reasons = missing.map((name) => health?.components[name]?.message).filter(Boolean);
      throw new Error(`Not up after ${options.timeoutMs / 1000} s: ${missing.join(", ")}. ${reasons.join(" ")}`.trim());
    }
    await sleep(60, undefined, { signal: options.signal });
  }
}
