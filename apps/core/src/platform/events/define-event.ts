import { z } from "zod";

/** An event of the domain: its name (`module/noun.verb`) and the schema of its data, which always names the workspace. */
export interface EventDefinition<S extends z.ZodType<{ workspaceId: string }>> {
  readonly name: string;
  readonly schema: S;
}

export function defineEvent<S extends z.ZodType<{ workspaceId: string }>>(name: string, schema: S): EventDefinition<S> {
  return { name, schema };
}

/** W3C trace context that travels in `event.data._otel`, so that a durable run joins the trace that caused it. */
export const traceCarrierSchema = z.record(z.string(), z.string());
