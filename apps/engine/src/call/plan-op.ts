import { parseDeadlineMs } from "../duration.ts";
import { compileExpression } from "../expressions.ts";
import { newJobId } from "../ids.ts";
import { limits } from "../limits.ts";
import type { Machine } from "../machine.ts";
import { completeStep, enqueueItem, newItem, putStep } from "../run/complete-step.ts";
import type { Run, Wait, WaitKind } from "../run/run.ts";
import { addWait, dropWait } from "../run/waits.ts";
import { errorJson, type Op } from "./answer.ts";
import { invoke } from "./invoke.ts";

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/**
 * Plans what an operation asks for: a step's own call, a sleep, a wait, an invocation. An operation that is planned or
 * has ended already is left alone (the SDK names it again at each look). Answers a problem when it can't be done.
 */
export function planOp(machine: Machine, run: Run, op: Op, isParallel: boolean): string | undefined {
  if (run.done.has(op.id) || run.waits.has(op.id)) return undefined;
  for (const item of run.items.values()) if (item.stepId === op.id) return undefined;
  const now = Date.now();
  switch (op.op) {
    case "StepPlanned":
      announce(machine, run, op, "queued");
      enqueueItem(machine, newItem(run, { kind: "step", stepId: op.id, isParallel }));
      return undefined;
    case "Sleep": {
      const dueMs = parseDeadlineMs(op.name ?? "", now);
      if (dueMs === undefined)
        return `step "${op.displayName ?? op.id}" sleeps for "${op.name ?? ""}", which is neither a duration nor a date`;
      announce(machine, run, op, "sleeping");
      enqueueItem(machine, newItem(run, { kind: "sleep", stepId: op.id, dueMs, isParallel }));
      return undefined;
    }
    case "WaitForEvent":
      return waitFor(machine, run, op, "event", op.name ?? "", text(op.opts?.if) ?? null);
    case "WaitForSignal":
      return waitForSignal(machine, run, op);
    case "InvokeFunction": {
      const slug = text(op.opts?.function_id) ?? "";
      const problem = waitFor(machine, run, op, "invoke", slug, null);
      if (problem === undefined) invoke(machine, run, op, slug);
      return problem;
    }
    default:
      return `step "${op.displayName ?? op.id}" uses the operation ${op.op}, which this engine does not speak`;
  }
}

function announce(machine: Machine, run: Run, op: Op, status: string): void {
  const row = {
    run_id: run.id,
    id: op.id,
    op: op.op,
    name: op.displayName ?? op.name ?? op.id,
    status,
    position: -1,
    memo: null,
    opts: JSON.stringify({ ...(op.name && op.name !== op.displayName ? { name: op.name } : {}), ...op.opts }),
    started_ms: Date.now(),
    ended_ms: null,
  };
  run.planned.set(op.id, row);
  putStep(machine, row);
}

function waitFor(machine: Machine, run: Run, op: Op, kind: WaitKind, name: string, expression: string | null): string | undefined {
  const now = Date.now();
  const timeout = text(op.opts?.timeout);
  const expiresMs = timeout === undefined ? now + limits.invoke.timeoutMs : parseDeadlineMs(timeout, now);
  if (expiresMs === undefined)
    return `step "${op.displayName ?? op.id}" has the time-out "${timeout}", which is neither a duration nor a date`;
  if (expression !== null) {
    try {
      compileExpression(expression);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  announce(machine, run, op, "waiting");
  const wait: Wait = { id: newJobId(), run, stepId: op.id, kind, name, expression, expiresMs, timer: undefined };
  addWait(machine, wait);
  watchWait(machine, wait);
  return undefined;
}

function waitForSignal(machine: Machine, run: Run, op: Op): string | undefined {
  const signal = text(op.opts?.signal) ?? op.name ?? "";
  const holder = machine.signalWaits.get(signal);
  if (holder && op.opts?.conflict === "replace") {
    dropWait(machine, holder);
    completeStep(machine, holder.run, { id: holder.stepId, memo: "null", status: "timed-out" });
  } else if (holder) {
    return `step "${op.displayName ?? op.id}" waits for the signal "${signal}", which run ${holder.run.id} waits for already`;
  }
  return waitFor(machine, run, op, "signal", signal, null);
}

/** Sets the timer that ends a wait for which nothing has come. */
export function watchWait(machine: Machine, wait: Wait): void {
  wait.timer = machine.timers.at(wait.expiresMs, () => {
    dropWait(machine, wait);
    completeStep(machine, wait.run, { id: wait.stepId, memo: timeoutMemo(wait), status: "timed-out" });
    void machine.writer.flush().catch(() => undefined);
  });
}

function timeoutMemo(wait: Wait): string {
  if (wait.kind !== "invoke") return "null";
  const message = "Timed out waiting for invoked function to complete";
  const error = { ...JSON.parse(errorJson("InngestInvokeTimeoutError", message)), error: `InngestInvokeTimeoutError: ${message}` };
  return `{"error":${JSON.stringify(error)}}`;
}
