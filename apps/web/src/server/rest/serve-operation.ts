import { createHash } from "node:crypto";
import { runIdempotent } from "@opencode/core/modules/tenancy/index.ts";
import { AppError } from "@opencode/core/platform/errors.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import type { RateDecision } from "@opencode/core/platform/rate-limiter.ts";
import { z } from "zod";
import { readJson } from "../http/read-body.ts";
import { authenticate, type RestCaller } from "./authenticate.ts";
import type { RestInput, RestOperation } from "./operation.ts";
import { problemResponse } from "./problem.ts";
import { takeRefusal, takeRequest } from "./rate-limits.ts";

type Shape = z.ZodObject;
interface RouteContext {
  readonly params: Promise<Record<string, string>>;
}

const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, "An Idempotency-Key has 1 to 200 printable characters without spaces.")
  .nullable();

async function identify(request: Request, operation: Pick<RestOperation, "access">): Promise<RestCaller> {
  try {
    return await authenticate(request, operation.access);
  } catch (error) {
    if (error instanceof AppError && error.code === "UNAUTHENTICATED") takeRefusal(request);
    throw error;
  }
}

function jsonResponse(bodyJson: string, status: number, headers: Record<string, string>): Response {
  return new Response(bodyJson, { status, headers: { ...headers, "content-type": "application/json", "cache-control": "no-store" } });
}

function rateHeaders(rate: RateDecision | null): Record<string, string> {
  return rate ? { "ratelimit-limit": String(rate.limit), "ratelimit-remaining": String(rate.remaining) } : {};
}

/** The route handler of an operation: who asks, how often, with what; then the work; every failure as a problem. */
export function serveOperation<P extends Shape, Q extends Shape, B extends z.ZodType | null>(operation: RestOperation<P, Q, B>) {
  // Written once for all shapes of input; the schemas of this very operation make the values.
  async function readInput(request: Request, context: RouteContext, caller: RestCaller, json: unknown): Promise<RestInput<P, Q, B>> {
    const { workspace: _workspace, ...query } = Object.fromEntries(new URL(request.url).searchParams);
    return {
      caller,
      params: operation.params.parse((await context.params) ?? {}),
      query: operation.query.parse(query),
      body: (operation.body ? operation.body.parse(json ?? {}) : undefined) as RestInput<P, Q, B>["body"],
      idempotencyKey: idempotencyKeySchema.parse(request.headers.get("idempotency-key")),
      request,
    };
  }

  async function answer(request: Request, context: RouteContext, requestId: string): Promise<Response> {
    const caller = await identify(request, operation);
    const rate = operation.isStream ? null : takeRequest(caller, operation.method === "GET" ? "read" : "write");
    // A repeated upload would have to be read to be known: an Idempotency-Key does not count there.
    const hasJson = operation.method !== "GET" && operation.upload === undefined;
    const { text, json } = hasJson ? await readJson(request, operation.maxBodyBytes) : { text: "", json: undefined };
    const input = await readInput(request, context, caller, json);
    const headers = { ...rateHeaders(rate), "x-request-id": requestId };
    if (operation.answer.contentType !== "application/json") {
      const response = await operation.handle(input);
      if (!(response instanceof Response)) throw new Error(`${operation.id} has to answer with a response`);
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
      return response;
    }
    const work = async () => ({ status: operation.answer.status, bodyJson: JSON.stringify(await operation.handle(input)) });
    if (!hasJson || input.idempotencyKey === null) {
      const { status, bodyJson } = await work();
      return jsonResponse(bodyJson, status, headers);
    }
    const fingerprint = createHash("sha256")
      .update(`${operation.id}\n${new URL(request.url).pathname}\n${text}`)
      .digest("hex");
    const id = { workspaceId: caller.workspaceId, key: `${caller.actor.id}:${input.idempotencyKey}` };
    const { status, bodyJson, replayed } = await runIdempotent(id, fingerprint, work);
    return jsonResponse(bodyJson, status, { ...headers, ...(replayed ? { "idempotency-replayed": "true" } : {}) });
  }

  return async function handle(request: Request, context: RouteContext): Promise<Response> {
    const requestId = newId("request");
    try {
      return await answer(request, context, requestId);
    } catch (error) {
      return problemResponse(error, requestId);
    }
  };
}
