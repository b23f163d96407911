import { createHash } from "node:crypto";
import type { StoredEvent } from "../events/stored-event.ts";
import { limits } from "../limits.ts";
import { firstEvent, type Item, type Run } from "../run/run.ts";

export interface SdkRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** How many times this queue item has been handed out, from 1; a checkpoint of an earlier hand-out is stale. */
function generationOf(item: Item): number {
  return item.attempt + 1;
}

function queueItemId(item: Item): string {
  return Buffer.from(`${item.id}::default`).toString("base64");
}

/** The step that the SDK is asked for: one planned step by its id, or "step" for whatever comes next. */
function requestedStep(item: Item): string {
  return item.kind === "step" && item.stepId !== null ? item.stepId : "step";
}

/** Puts the call together. The state is JSON text already; large states are left out and fetched by the SDK (`use_api`). */
export function buildRequest(sdkUrl: string, item: Item, memos: ReadonlyMap<string, string>, requestId: string): SdkRequest {
  const { run } = item;
  const url = new URL(sdkUrl);
  url.searchParams.set("stepId", requestedStep(item));
  const eventBytes = run.events.reduce((sum, event) => sum + event.body.length, 0);
  const useApi = run.memoBytes + eventBytes > limits.state.useApiBytes;
  const event = firstEvent(run).body;
  const steps = useApi ? "{}" : stepsJson(memos);
  const events = useApi ? "[]" : eventsJson(run.events);
  const context = JSON.stringify({
    attempt: item.attempt,
    disable_immediate_execution: item.isParallel,
    env: "",
    fn_id: run.fn.id,
    generation_id: generationOf(item),
    job_id: item.id,
    max_attempts: run.fn.maxAttempts,
    qi_id: queueItemId(item),
    request_id: requestId,
    run_id: run.id,
    stack: { current: item.stackAt, stack: run.stack },
    step_id: "step",
    use_api: useApi,
  });
  return {
    url: url.href,
    headers: headersOf(item, run, requestId),
    body: `{"ctx":${context},"defers":{},"event":${event},"events":${events},"steps":${steps},"use_api":${useApi},"version":${run.requestVersion}}`,
  };
}

export function stepsJson(memos: ReadonlyMap<string, string>): string {
  const parts: string[] = [];
  for (const [id, memo] of memos) parts.push(`${JSON.stringify(id)}:${memo}`);
  return `{${parts.join(",")}}`;
}

export function eventsJson(events: readonly StoredEvent[]): string {
  return `[${events.map((event) => event.body).join(",")}]`;
}

function headersOf(item: Item, run: Run, requestId: string): Record<string, string> {
  const trace = createHash("sha256").update(run.id).digest("hex").slice(0, 32);
  const span = createHash("sha256").update(requestId).digest("hex").slice(0, 16);
  return {
    "content-type": "application/json",
    "user-agent": "opencode-engine",
    traceparent: `00-${trace}-${span}-01`,
    "x-inngest-generation-id": String(generationOf(item)),
    "x-inngest-job-id": item.id,
    "x-inngest-req-version": String(run.requestVersion),
    "x-inngest-step-id": requestedStep(item),
    "x-request-id": requestId,
    "x-run-id": run.id,
  };
}
