import { platformModelProviders } from "@opencode/core/modules/providers/index.ts";
import { sandboxAvailability } from "@opencode/core/modules/sandbox/index.ts";

interface Component {
  readonly status: "up" | "down" | "missing";
  readonly kind: string;
  readonly message?: string;
}

async function sandbox(): Promise<Component> {
  const found = await sandboxAvailability();
  if (found.available) return { status: "up", kind: found.driver };
  return { status: "missing", kind: "none", message: `${found.reason} ${found.install}` };
}

async function models(): Promise<Component> {
  const providers = await platformModelProviders();
  if (providers.length > 0) return { status: "up", kind: providers.join(", ") };
  return {
    status: "up",
    kind: "demo",
    message: "Only the demo model plays, on the sample repository. Add a key in Settings → Providers, or set ANTHROPIC_API_KEY.",
  };
}

/** What only the worker can see, for web's `/api/health`. */
export async function readWorkerHealth(isDraining: boolean): Promise<{ status: "up" | "down"; components: Record<string, Component> }> {
  const worker: Component = isDraining ? { status: "down", kind: "worker", message: "It is stopping." } : { status: "up", kind: "worker" };
  return { status: worker.status === "up" ? "up" : "down", components: { worker, sandbox: await sandbox(), models: await models() } };
}
