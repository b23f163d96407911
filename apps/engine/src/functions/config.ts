import { z } from "zod";

const durationText = z.string().min(1);
const optionalKey = z.string().nullish();

const concurrencySchema = z.strictObject({
  limit: z.number().int().min(0),
  key: optionalKey,
  scope: z.enum(["fn", "env", "account"]).nullish(),
});

const triggerSchema = z.union([
  z.strictObject({ event: z.string().min(1), expression: z.string().nullish() }),
  z.strictObject({ cron: z.string().min(1), jitter: durationText.nullish() }),
]);

/** A function as the SDK registers it. Strict: what the engine doesn't know, it refuses by name instead of ignoring it. */
export const functionConfigSchema = z.strictObject({
  id: z.string().min(1),
  name: z.string().nullish(),
  triggers: z.array(triggerSchema).max(100),
  steps: z.record(
    z.string(),
    z.strictObject({
      id: z.string(),
      name: z.string().nullish(),
      runtime: z.strictObject({ type: z.literal("http"), url: z.url() }),
      retries: z.strictObject({ attempts: z.number().int().min(0).max(100).nullish() }).nullish(),
    }),
  ),
  cancel: z.array(z.strictObject({ event: z.string(), if: z.string().nullish(), timeout: durationText.nullish() })).nullish(),
  concurrency: z.union([z.number().int().min(0), concurrencySchema, z.array(concurrencySchema).max(2)]).nullish(),
  debounce: z.strictObject({ period: durationText, key: optionalKey, timeout: durationText.nullish() }).nullish(),
  batchEvents: z
    .strictObject({ maxSize: z.number().int().min(1).max(10_000), timeout: durationText, key: optionalKey, if: z.string().nullish() })
    .nullish(),
  rateLimit: z.strictObject({ limit: z.number().int().min(1), period: durationText, key: optionalKey }).nullish(),
  throttle: z
    .strictObject({ limit: z.number().int().min(1), period: durationText, key: optionalKey, burst: z.number().int().min(0).nullish() })
    .nullish(),
  idempotency: z.string().nullish(),
  priority: z.strictObject({ run: z.string().nullish() }).nullish(),
  singleton: z.strictObject({ key: optionalKey, mode: z.enum(["skip", "cancel"]) }).nullish(),
  timeouts: z.strictObject({ start: durationText.nullish(), finish: durationText.nullish() }).nullish(),
});
export type FunctionConfig = z.infer<typeof functionConfigSchema>;

/** The register call. What describes the SDK itself (capabilities, observations, …) isn't needed and may be anything. */
export const registrationSchema = z.looseObject({
  url: z.url(),
  /** Out of band; in band it is `app_id`. */
  appName: z.string().optional(),
  app_id: z.string().optional(),
  framework: z.string().optional(),
  sdk: z.string().optional(),
  functions: z.array(z.unknown()),
});

/** What a function's configuration must keep to beyond its shape; each problem names the feature. */
export function configProblems(config: FunctionConfig): string[] {
  const problems: string[] = [];
  if (Object.keys(config.steps).length !== 1) problems.push("more than one entry in `steps`");
  const batch = config.batchEvents;
  if (batch) {
    const clashes = [
      ["cancelOn", config.cancel?.length],
      ["rateLimit", config.rateLimit],
      ["debounce", config.debounce],
      ["idempotency", config.idempotency],
      ["priority", config.priority],
      ["singleton", config.singleton],
    ] as const;
    for (const [name, value] of clashes) if (value) problems.push(`batchEvents together with ${name}`);
  }
  if (config.singleton && Array.isArray(config.concurrency) && config.concurrency.length > 1)
    problems.push("singleton together with several concurrency limits");
  return problems;
}
