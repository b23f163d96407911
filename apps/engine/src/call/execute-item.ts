import { canonicalJson } from "../canonical-json.ts";
import { isSigned, signatureHeader } from "../http/signature.ts";
import { ulid } from "../ids.ts";
import { parseJson } from "../json.ts";
import { limits } from "../limits.ts";
import type { Machine } from "../machine.ts";
import { completeStep, dropItem, recordStep } from "../run/complete-step.ts";
import { loadMemos } from "../run/load-memos.ts";
import { type Item, isEnded } from "../run/run.ts";
import { markStarted } from "../run/start-run.ts";
import { type Answer, failedCall, readAbsence, readAnswer } from "./answer.ts";
import { applyAnswer } from "./apply-answer.ts";
import { callHttp } from "./http-client.ts";
import { buildRequest } from "./request.ts";
import { failedStepOf } from "./step-end.ts";

/** The SDK's execution version; a run is told it once the SDK has answered with operations. */
const requestVersion = 2;

/** Executes one due item: a sleep that is over is memoised, everything else is a call of the SDK. */
export async function executeItem(machine: Machine, item: Item): Promise<void> {
  try {
    if (item.kind === "sleep" && !wake(machine, item)) return;
    await callSdk(machine, item);
  } catch (error) {
    machine.log.error({ err: error, runId: item.run.id }, "executing a queue item failed; it is executed again");
    if (item.run.items.has(item.id)) machine.timers.at(Date.now() + limits.database.retryMaxMs, () => machine.scheduler.offer(item));
  }
}

/** Ends a sleep. True when the item goes on as the call that looks for the next steps. */
function wake(machine: Machine, item: Item): boolean {
  const { run, stepId } = item;
  if (stepId === null) return false;
  const others = [...run.items.values()].some((other) => other !== item) || run.waits.size > 0;
  if (others) {
    dropItem(machine, item);
    completeStep(machine, run, { id: stepId, memo: "null", status: "completed" });
    void machine.writer.flush().catch(() => undefined);
    return false;
  }
  recordStep(machine, run, { id: stepId, memo: "null", status: "completed" });
  item.kind = "discover";
  item.stepId = null;
  item.stackAt = run.stack.length;
  return true;
}

async function callSdk(machine: Machine, item: Item): Promise<void> {
  const requestId = ulid(Date.now());
  item.requestId = requestId;
  try {
    await callAs(machine, item, requestId);
  } finally {
    // The item may be under way again already, as another request.
    if (item.requestId === requestId) item.requestId = null;
  }
}

async function callAs(machine: Machine, item: Item, requestId: string): Promise<void> {
  const { run } = item;
  const memos = await loadMemos(machine, run);
  if (isEnded(run)) return;
  markStarted(machine, run);
  const startedMs = Date.now();
  const { answer, status } = await ask(machine, item, memos, requestId);
  if (machine.isDraining && answer.kind === "error" && status === null) return;
  machine.writer.put("attempts", `${run.id} ${requestId}`, {
    run_id: run.id,
    request_id: requestId,
    item_id: item.id,
    step_id: item.stepId,
    attempt: item.attempt,
    outcome: answer.kind === "ops" ? answer.ops.map((op) => op.op).join(",") : answer.kind,
    http_status: status,
    error: answer.kind === "error" ? answer.error : answer.kind === "ops" ? failedStepOf(answer.ops) : null,
    started_ms: startedMs,
    ended_ms: Date.now(),
  });
  if (!isEnded(run) && run.items.has(item.id)) {
    if (answer.kind === "ops") run.requestVersion = requestVersion;
    item.requestId = null;
    applyAnswer(machine, item, answer);
  }
  await machine.writer.flush();
}

async function ask(
  machine: Machine,
  item: Item,
  memos: ReadonlyMap<string, string>,
  requestId: string,
): Promise<{ answer: Answer; status: number | null }> {
  const { settings } = machine;
  // The app may have moved since the run began.
  const sdkUrl = machine.registry.bySlug(item.run.fn.slug)?.url ?? item.run.fn.url;
  const request = buildRequest(sdkUrl, item, memos, requestId);
  const headers: Record<string, string> = { ...request.headers, "x-inngest-server-kind": settings.kind };
  let { body } = request;
  if (settings.signingKey !== undefined && settings.kind === "cloud") {
    body = canonicalJson(parseJson(body) ?? null);
    headers["x-inngest-signature"] = signatureHeader(settings.signingKey, body, Date.now());
  }
  try {
    const http = await callHttp({ method: "POST", url: request.url, headers, body, timeoutMs: settings.callTimeoutMs });
    // Nobody signs it, and it can do no more than a connection that fails.
    const absence = readAbsence(http);
    if (absence) return { answer: absence, status: http.status };
    if (settings.kind === "cloud" && settings.signingKey !== undefined) {
      const header = http.headers["x-inngest-signature"];
      if (!isSigned(settings.signingKey, http.body, typeof header === "string" ? header : undefined, Date.now())) {
        return { answer: failedCall(`The SDK answered ${http.status} without a valid signature`), status: http.status };
      }
    }
    return { answer: readAnswer(http), status: http.status };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    machine.onUnreachable(item.run.fn);
    return { answer: failedCall(`The SDK could not be called: ${message}`, isGone(error)), status: null };
  }
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ECONNREFUSED" || code === "ECONNRESET" || code === "EPIPE";
}
