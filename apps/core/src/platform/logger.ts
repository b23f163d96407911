import { isSpanContextValid, trace } from "@opentelemetry/api";
import { pino } from "pino";
import { env } from "./env.ts";

/** Structured logs, one JSON object a line on stdout; secrets are redacted by path, trace ids are added. */
export const logger = pino({
  level: env().LOG_LEVEL,
  base: { service: env().SERVICE_NAME },
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: {
    paths: [
      "*.authorization",
      "*.cookie",
      "*.apiKey",
      "*.token",
      "*.password",
      "*.secret",
      "authorization",
      "cookie",
      "apiKey",
      "token",
      "password",
      "secret",
    ],
    censor: "[redacted]",
  },
  mixin: () => {
    const context = trace.getActiveSpan()?.spanContext();
    return context && isSpanContextValid(context) ? { traceId: context.traceId, spanId: context.spanId } : {};
  },
});
export type Logger = typeof logger;
