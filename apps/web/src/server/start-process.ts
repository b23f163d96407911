import { env } from "@opencode/core/platform/env.ts";
import { registerOTel } from "@vercel/otel";

/** A wrong environment ends the process here, with names, and not at the first request. Traces go out where an endpoint is set. */
export function startProcess(): void {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, SERVICE_NAME: serviceName } = env();
  if (endpoint !== undefined) registerOTel({ serviceName });
}
