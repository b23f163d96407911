import type { SandboxAvailability } from "./contract.ts";
import { chooseDriver, type SandboxRuntime, sandboxRuntime } from "./drivers.ts";

const availableForMs = 5 * 60_000;
const missingForMs = 15_000;

const answers = new WeakMap<SandboxRuntime, { until: number; answer: Promise<SandboxAvailability> }>();

/** Whether this machine can run sandboxes, and if not, what to install. Probed by running one; remembered for a while. */
export async function sandboxAvailability(runtime: SandboxRuntime = sandboxRuntime()): Promise<SandboxAvailability> {
  const known = answers.get(runtime);
  if (known && performance.now() < known.until) return known.answer;
  const entry = { until: performance.now() + availableForMs, answer: chooseDriver(runtime) };
  answers.set(runtime, entry);
  try {
    const answer = await entry.answer;
    if (!answer.available) entry.until = performance.now() + missingForMs;
    return answer;
  } catch (error) {
    answers.delete(runtime);
    throw error;
  }
}
