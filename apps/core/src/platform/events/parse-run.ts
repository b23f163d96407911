import { z } from "zod";
import { limits } from "../limits.ts";
import type { EngineRun, EngineStep, Failure } from "./engine-run.ts";

const time = z
  .string()
  .nullish()
  .catch(null)
  .transform((text) => (text && !Number.isNaN(Date.parse(text)) ? text : null));
const unread = z.unknown().optional();
const text = z.string().nullish().catch(null);
const name = z.string().catch("");

const stepSchema = z.object({
  id: z.string(),
  op: name,
  name,
  status: text,
  started_at: time,
  ended_at: time,
  duration_ms: z.number().nullish().catch(null),
  // A step's answer may hold anything: no more than the error is taken out of it.
  result: z.object({ error: unread }).nullish().catch(null),
});
const attemptSchema = z.object({
  step_id: text,
  attempt: z.number().int().catch(0),
  error: unread,
  started_at: time,
  ended_at: time,
});

const runSchema = z.object({
  data: z.object({
    status: text,
    queued_at: time,
    run_started_at: time,
    ended_at: time,
    output: unread,
    error: unread,
    steps: z.array(stepSchema).optional(),
    attempts: z.array(attemptSchema).catch([]),
  }),
});

const runStatuses = { queued: "queued", running: "running", completed: "completed", failed: "failed", cancelled: "cancelled" } as const;
const stepStatuses = {
  queued: "queued",
  running: "running",
  waiting: "waiting",
  sleeping: "sleeping",
  completed: "completed",
  failed: "failed",
  "timed-out": "timed-out",
  cancelled: "unknown",
} as const;

function oneOf<T extends string>(known: Readonly<Record<string, T>>, status: string | null | undefined): T | "unknown" {
  return known[(status ?? "").toLowerCase()] ?? "unknown";
}

const errorSchema = z.object({ message: z.string(), name, step: text }).partial({ step: true });

/** What an error says, in one short text without credentials; null when it says nothing. */
function messageOf(error: unknown): string | null {
  const parsed = errorSchema.safeParse(error);
  const message = parsed.success ? parsed.data.message : typeof error === "string" ? error : "";
  // A password may stand in the address of a server that could not be reached.
  const safe = message.replace(/(\w+:\/\/)[^\s/@]+@/g, "$1").trim();
  return safe === "" ? null : safe.slice(0, limits.engineRead.messageMaxChars);
}

/**
 * Reads `GET /v1/runs/<id>` of our engine (with steps and attempts) or of Inngest (the run alone). Null when it is neither.
 */
export function parseRun(body: unknown): EngineRun | null {
  const parsed = runSchema.safeParse(body);
  if (!parsed.success) return null;
  const { data } = parsed.data;
  const status = oneOf(runStatuses, data.status);
  const failures = failuresOf(data.attempts, data.steps ?? []);
  const steps = (data.steps ?? []).map((step) => toStep(step, failures.ofStep.get(step.id) ?? []));
  const isOver = status !== "running" && status !== "queued";
  for (const [stepName, failed] of failures.unended) if (!isOver) steps.push(retrying(stepName, failed));
  return {
    status,
    queuedAt: data.queued_at ?? null,
    startedAt: data.run_started_at ?? null,
    endedAt: data.ended_at ?? null,
    // Inngest gives a failed run's error as its output.
    error: status === "failed" ? (messageOf(data.error) ?? messageOf(data.output)) : null,
    steps,
    detail: data.steps ? "steps" : "run",
    failedCalls: failures.ofRun,
  };
}

function failuresOf(attempts: z.infer<typeof attemptSchema>[], steps: z.infer<typeof stepSchema>[]) {
  const ofStep = new Map<string, Failure[]>();
  const unended = new Map<string, Failure[]>();
  const ofRun: Failure[] = [];
  for (const attempt of attempts) {
    const message = messageOf(attempt.error);
    if (message === null) continue;
    const failure = { attempt: attempt.attempt + 1, at: attempt.ended_at ?? attempt.started_at ?? null, message };
    const stepName = errorSchema.safeParse(attempt.error).data?.step;
    const step = steps.find(({ id, name: known }) => id === attempt.step_id || (stepName !== undefined && known === stepName));
    if (step) ofStep.set(step.id, [...(ofStep.get(step.id) ?? []), failure]);
    else if (stepName) unended.set(stepName, [...(unended.get(stepName) ?? []), failure]);
    else ofRun.push(failure);
  }
  return { ofStep, unended, ofRun };
}

function toStep(step: z.infer<typeof stepSchema>, failures: readonly Failure[]): EngineStep {
  const status = oneOf(stepStatuses, step.status);
  const error = status === "failed" ? messageOf(step.result?.error) : null;
  return {
    id: step.id,
    name: step.name === "" ? step.id : step.name,
    kind: step.op,
    status,
    startedAt: step.started_at ?? null,
    endedAt: step.ended_at ?? null,
    durationMs: step.duration_ms ?? null,
    // The last failure of a step that failed for good is its own end.
    attempts: Math.max(1, status === "failed" ? failures.length : failures.length + 1),
    error,
    failures,
  };
}

function retrying(stepName: string, failures: readonly Failure[]): EngineStep {
  return {
    id: `retrying:${stepName}`,
    name: stepName,
    kind: "StepRun",
    status: "retrying",
    startedAt: failures[0]?.at ?? null,
    endedAt: null,
    durationMs: null,
    attempts: failures.length,
    error: failures.at(-1)?.message ?? null,
    failures,
  };
}

const jobSchema = z.object({
  id: text,
  step: text,
  kind: text,
  status: text,
  at: time,
  started_at: time,
  ended_at: time,
  attempt: z.number().int().nonnegative().catch(0),
  error: unread,
});

/** Reads Inngest's `GET /v1/runs/<id>/jobs`: what of a run is queued or under way. Null when it is something else. */
export function parseJobs(body: unknown): EngineStep[] | null {
  const list = z.array(jobSchema);
  const parsed = z.union([z.object({ data: list }).transform(({ data }) => data), list]).safeParse(body);
  if (!parsed.success) return null;
  return parsed.data.map((job, index) => ({
    id: job.id ?? `job-${index}`,
    name: job.step ?? job.kind ?? `job ${index + 1}`,
    kind: job.kind ?? "",
    status: job.status ? oneOf(stepStatuses, job.status) : "queued",
    startedAt: job.started_at ?? job.at ?? null,
    endedAt: job.ended_at ?? null,
    durationMs: job.started_at && job.ended_at ? Date.parse(job.ended_at) - Date.parse(job.started_at) : null,
    attempts: job.attempt + 1,
    error: messageOf(job.error),
    failures: [],
  }));
}
