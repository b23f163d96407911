import { context, propagation } from "@opentelemetry/api";
import { z } from "zod";
import { traceCarrierSchema } from "./define-event.ts";

const carrierSchema = z.object({ _otel: traceCarrierSchema });

/** Runs a step's body inside the trace that caused its event, which travels in `data._otel`. */
export function inTraceOf<T>(eventData: unknown, work: () => Promise<T>): Promise<T> {
  const parsed = carrierSchema.safeParse(eventData);
  return parsed.success ? context.with(propagation.extract(context.active(), parsed.data._otel), work) : work();
}
