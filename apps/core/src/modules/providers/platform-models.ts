import { env } from "../../platform/env.ts";
import { probeOllama } from "./adapters/list-server-models.ts";
import { platformSources } from "./model-sources.ts";

/** Which models this installation brings for every workspace: their providers' names; without any, only the demo model plays. */
export async function platformModelProviders(): Promise<readonly string[]> {
  const named = platformSources().map((source) => source.provider);
  const hasOllama = await probeOllama(env().OLLAMA_BASE_URL.replace(/\/+$/, ""));
  return hasOllama ? [...named, "ollama"] : named;
}
