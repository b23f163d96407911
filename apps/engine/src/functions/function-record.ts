import { parseDurationMs } from "../duration.ts";
import { compileExpression, type Expression } from "../expressions.ts";
import { stableUuid } from "../ids.ts";
import { limits } from "../limits.ts";
import { configProblems, type FunctionConfig, functionConfigSchema } from "./config.ts";
import { type CronSchedule, parseCron } from "./cron.ts";

interface ConcurrencyLimit {
  readonly limit: number;
  /** Prefix of the counter: one a function, or one for all functions that share the key. */
  readonly scope: string;
  readonly key: Expression | undefined;
}

interface EventTrigger {
  readonly event: string;
  readonly expression: Expression | undefined;
}

/** A registered function, with its durations in milliseconds and its expressions compiled. */
export interface FunctionRecord {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly appId: string;
  readonly url: string;
  readonly config: FunctionConfig;
  readonly maxAttempts: number;
  readonly triggers: readonly EventTrigger[];
  readonly crons: readonly CronSchedule[];
  readonly cancels: readonly { event: string; expression: Expression | undefined; timeoutMs: number | undefined }[];
  readonly concurrency: readonly ConcurrencyLimit[];
  readonly debounce: { periodMs: number; timeoutMs: number | undefined; key: Expression | undefined } | undefined;
  readonly batch: { maxSize: number; timeoutMs: number; key: Expression | undefined; condition: Expression | undefined } | undefined;
  readonly rateLimit: { limit: number; periodMs: number; key: Expression | undefined } | undefined;
  readonly throttle: { limit: number; periodMs: number; burst: number; key: Expression | undefined } | undefined;
  readonly singleton: { mode: "skip" | "cancel"; key: Expression | undefined } | undefined;
  readonly idempotency: Expression | undefined;
  readonly priority: Expression | undefined;
  readonly startTimeoutMs: number | undefined;
  readonly finishTimeoutMs: number | undefined;
  isActive: boolean;
}

/** Why a registration was refused; the message names the function and the feature. */
export class RefusedError extends Error {}

const compiled = (source: string | null | undefined): Expression | undefined => (source ? compileExpression(source) : undefined);

function duration(text: string, what: string): number {
  const durationMs = parseDurationMs(text);
  if (durationMs === undefined) throw new Error(`${what}: "${text}" is not a duration`);
  return durationMs;
}

const optionalDuration = (text: string | null | undefined, what: string): number | undefined => (text ? duration(text, what) : undefined);

/** Reads one function of a register call; throws RefusedError with everything that is wrong with it. */
export function readFunction(input: unknown, appId: string): FunctionRecord {
  const parsed = functionConfigSchema.safeParse(input);
  const id = typeof input === "object" && input !== null && "id" in input ? String(input.id) : "(no id)";
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) =>
      issue.code === "unrecognized_keys"
        ? `${[...issue.path, issue.keys.join(", ")].join(".")} is not supported`
        : `${issue.path.join(".")}: ${issue.message}`,
    );
    throw new RefusedError(`function "${id}": ${problems.join("; ")}`);
  }
  const problems = configProblems(parsed.data);
  const unsupported = parsed.data.triggers.find((trigger) => "event" in trigger && trigger.event === "inngest/deferred.schedule");
  if (unsupported) problems.push("deferred functions (createDefer)");
  if (problems.length > 0) throw new RefusedError(`function "${id}": not supported: ${problems.join("; ")}`);
  try {
    return toRecord(parsed.data, appId);
  } catch (error) {
    throw new RefusedError(`function "${id}": ${error instanceof Error ? error.message : String(error)}`);
  }
}

function toRecord(config: FunctionConfig, appId: string): FunctionRecord {
  const step = Object.values(config.steps)[0];
  if (!step) throw new Error("it has no step to call");
  const { debounce, batchEvents, rateLimit, throttle, singleton, timeouts } = config;
  return {
    id: stableUuid(`${appId}/${config.id}`),
    slug: config.id,
    name: config.name ?? config.id,
    appId,
    url: step.runtime.url,
    config,
    maxAttempts:
      step.retries?.attempts === undefined || step.retries.attempts === null ? limits.attempts.default : step.retries.attempts + 1,
    triggers: config.triggers.flatMap((trigger) =>
      "event" in trigger ? [{ event: trigger.event, expression: compiled(trigger.expression) }] : [],
    ),
    crons: config.triggers.flatMap((trigger) =>
      "cron" in trigger ? [parseCron(trigger.cron, optionalDuration(trigger.jitter, "jitter") ?? 0)] : [],
    ),
    cancels: (config.cancel ?? []).map((cancel) => ({
      event: cancel.event,
      expression: compiled(cancel.if),
      timeoutMs: optionalDuration(cancel.timeout, "cancelOn.timeout"),
    })),
    concurrency: concurrencyLimits(config),
    debounce: debounce
      ? {
          periodMs: duration(debounce.period, "debounce.period"),
          timeoutMs: optionalDuration(debounce.timeout, "debounce.timeout"),
          key: compiled(debounce.key),
        }
      : undefined,
    batch: batchEvents
      ? {
          maxSize: batchEvents.maxSize,
          timeoutMs: duration(batchEvents.timeout, "batchEvents.timeout"),
          key: compiled(batchEvents.key),
          condition: compiled(batchEvents.if),
        }
      : undefined,
    rateLimit: rateLimit
      ? { limit: rateLimit.limit, periodMs: duration(rateLimit.period, "rateLimit.period"), key: compiled(rateLimit.key) }
      : undefined,
    throttle: throttle
      ? {
          limit: throttle.limit,
          periodMs: duration(throttle.period, "throttle.period"),
          burst: throttle.burst ?? 1,
          key: compiled(throttle.key),
        }
      : undefined,
    singleton: singleton ? { mode: singleton.mode, key: compiled(singleton.key) } : undefined,
    idempotency: compiled(config.idempotency),
    priority: compiled(config.priority?.run),
    startTimeoutMs: optionalDuration(timeouts?.start, "timeouts.start"),
    finishTimeoutMs: optionalDuration(timeouts?.finish, "timeouts.finish"),
    isActive: true,
  };
}

function concurrencyLimits(config: FunctionConfig): ConcurrencyLimit[] {
  const { concurrency } = config;
  if (concurrency === null || concurrency === undefined) return [];
  const list = typeof concurrency === "number" ? [{ limit: concurrency }] : Array.isArray(concurrency) ? concurrency : [concurrency];
  return list.flatMap((entry) => {
    // The server reads a limit of 0 as "no limit".
    if (entry.limit === 0) return [];
    const scope = "scope" in entry && entry.scope ? entry.scope : "fn";
    const key = "key" in entry ? compiled(entry.key) : undefined;
    if (scope !== "fn" && !key) throw new Error(`concurrency with scope "${scope}" needs a key`);
    return [{ limit: entry.limit, scope: scope === "fn" ? `fn:${config.id}` : `${scope}:${key?.source ?? ""}`, key }];
  });
}
