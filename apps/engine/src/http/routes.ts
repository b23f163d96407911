import { checkpoint } from "../call/checkpoint.ts";
import { eventsJson, stepsJson } from "../call/request.ts";
import { receiveEvents } from "../events/receive-events.ts";
import { RefusedError } from "../functions/function-record.ts";
import { registerApp } from "../functions/register.ts";
import { isJsonObject, parseJson } from "../json.ts";
import { limits } from "../limits.ts";
import type { Machine } from "../machine.ts";
import { cancelRun } from "../run/cancel-run.ts";
import { loadMemos } from "../run/load-memos.ts";
import { sendSignal } from "../run/signals.ts";
import { readRoutes } from "./read-routes.ts";
import { HttpError, type Reply, type Request, replyJson } from "./reply.ts";
import { bearerOf, isEqual } from "./signature.ts";

type Handler = (machine: Machine, request: Request, parameters: readonly string[]) => Promise<Reply>;

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  /** Who may call it: anybody, an app with the event key, or one with the signing key. Unsigned in dev kind. */
  readonly access: "open" | "event-key" | "signing-key";
  readonly handle: Handler;
}

const routes: readonly Route[] = [
  { method: "GET", pattern: /^\/health$/, access: "open", handle: health },
  { method: "POST", pattern: /^\/e\/([^/]+)$/, access: "event-key", handle: takeEvents },
  { method: "POST", pattern: /^\/fn\/register$/, access: "signing-key", handle: register },
  { method: "POST", pattern: /^\/v1\/checkpoint\/([^/]+)\/async$/, access: "signing-key", handle: takeCheckpoint },
  { method: "POST", pattern: /^\/v1\/signals$/, access: "signing-key", handle: takeSignal },
  { method: "DELETE", pattern: /^\/v1\/runs\/([^/]+)$/, access: "signing-key", handle: cancel },
  { method: "GET", pattern: /^\/v0\/runs\/([^/]+)\/batch$/, access: "signing-key", handle: runEvents },
  { method: "GET", pattern: /^\/v0\/runs\/([^/]+)\/actions$/, access: "signing-key", handle: runSteps },
  ...readRoutes.map((route) => ({ ...route, method: "GET", access: "signing-key" as const })),
];

/** Finds and runs the route of a request; its failures become replies. */
export async function route(machine: Machine, request: Request): Promise<Reply> {
  let isKnownPath = false;
  for (const { method, pattern, access, handle } of routes) {
    const match = pattern.exec(request.path);
    if (!match) continue;
    isKnownPath = true;
    if (method !== request.method) continue;
    const parameters = match.slice(1).map((parameter) => decodeURIComponent(parameter));
    const refusal = checkAccess(machine, request, access, parameters[0]);
    return refusal ?? handle(machine, request, parameters);
  }
  throw new HttpError(isKnownPath ? 405 : 404, isKnownPath ? "method not allowed" : "not found");
}

function checkAccess(machine: Machine, request: Request, access: Route["access"], key: string | undefined): Reply | undefined {
  const { kind, signingKey, eventKey } = machine.settings;
  if (kind === "dev" || access === "open") return undefined;
  if (access === "event-key") {
    return eventKey !== undefined && isEqual(key ?? "", eventKey)
      ? undefined
      : replyJson({ status: 401, message: "", error: "Event key not found" }, 401);
  }
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  return signingKey !== undefined && isEqual(bearer, bearerOf(signingKey))
    ? undefined
    : replyJson({ status: 401, error: "the signing key is missing or wrong" }, 401);
}

async function health(machine: Machine): Promise<Reply> {
  const { awaySinceMs } = machine.writer;
  const body = {
    status: awaySinceMs === undefined && !machine.isDraining ? 200 : 503,
    message: machine.isDraining ? "draining" : awaySinceMs === undefined ? "OK" : "the database does not answer",
    kind: machine.settings.kind,
    runs: machine.runs.size,
    inFlight: machine.scheduler.inFlight,
    backlog: machine.scheduler.backlog,
    functions: machine.registry.all().filter((fn) => fn.isActive).length,
    sdkProblems: Object.fromEntries(machine.syncProblems),
  };
  return replyJson(body, body.status);
}

/** The answer waits for the write; while the database is away it gives up, so that the sender tries again with the same ids. */
async function takeEvents(machine: Machine, request: Request): Promise<Reply> {
  if (machine.isDraining) throw new HttpError(503, "the engine is stopping");
  const seed = request.headers["x-inngest-event-id-seed"];
  const received = await within(receiveEvents(machine, request.body, typeof seed === "string" ? seed : undefined));
  return replyJson(received, received.status);
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new HttpError(503, "the database does not answer")), limits.acknowledge.timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function register(machine: Machine, request: Request): Promise<Reply> {
  try {
    return replyJson(await registerApp(machine, request.body));
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    machine.log.warn({ problem: error.message }, "a registration was refused");
    return replyJson({ ok: false, status: 400, error: error.message }, 400);
  }
}

async function takeCheckpoint(machine: Machine, request: Request, [runId = ""]: readonly string[]): Promise<Reply> {
  await checkpoint(machine, runId, request.body);
  return { status: 200 };
}

async function takeSignal(machine: Machine, request: Request): Promise<Reply> {
  const body = parseJson(request.body);
  if (!isJsonObject(body ?? null) || !isJsonObject(body) || typeof body.signal !== "string")
    throw new HttpError(400, "the signal has no name");
  const runId = await sendSignal(machine, body.signal, body.data ?? null);
  if (runId === undefined) throw new HttpError(404, "nobody waits for this signal");
  return replyJson({ data: { run_id: runId }, metadata: { fetched_at: new Date().toISOString() } });
}

async function cancel(machine: Machine, _request: Request, [runId = ""]: readonly string[]): Promise<Reply> {
  const isKnown = await cancelRun(machine, runId);
  if (!isKnown) throw new HttpError(404, "no such run is under way");
  return { status: 200 };
}

async function runEvents(machine: Machine, _request: Request, [runId = ""]: readonly string[]): Promise<Reply> {
  return { status: 200, json: eventsJson(liveRun(machine, runId).events) };
}

async function runSteps(machine: Machine, _request: Request, [runId = ""]: readonly string[]): Promise<Reply> {
  return { status: 200, json: stepsJson(await loadMemos(machine, liveRun(machine, runId))) };
}

function liveRun(machine: Machine, runId: string) {
  const run = machine.runs.get(runId);
  if (!run) throw new HttpError(404, "no such run is under way");
  return run;
}
