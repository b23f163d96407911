/** Runs once before the server takes requests: a wrong environment ends the process here, with names, not at the first request. */
export async function register(): Promise<void> {
  const { env } = await import("@opencode/core/platform/env.ts");
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, SERVICE_NAME: serviceName } = env();
  if (endpoint === undefined) return;
  const { registerOTel } = await import("@vercel/otel");
  registerOTel({ serviceName });
}
