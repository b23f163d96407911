import { env } from "@opencode/core/platform/env.ts";
import { registerOTel } from "@vercel/otel";

/** A wrong environment ends the process here, with names, and not at the first request. Traces go out where an endpoint is set. */
export function startProcess(): void {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, SERVICE_NAME: serviceName, INNGEST_BASE_URL, WORKER_INTERNAL_URL } = env();
  if (endpoint === undefined) return;
  // Our own processes join the trace; nobody else is told of it.
  const propagateContextUrls = [INNGEST_BASE_URL, WORKER_INTERNAL_URL].filter((url) => url !== undefined);
  registerOTel({ serviceName, instrumentationConfig: { fetch: { propagateContextUrls } } });
}
