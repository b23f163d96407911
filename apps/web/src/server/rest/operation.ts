import type { z } from "zod";
import type { Access, RestCaller } from "./authenticate.ts";

type Shape = z.ZodObject;

export interface RestInput<P extends Shape, Q extends Shape, B extends z.ZodType | null> {
  readonly caller: RestCaller;
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: B extends z.ZodType ? z.output<B> : undefined;
  /** the caller's Idempotency-Key, when there is one */
  readonly idempotencyKey: string | null;
  readonly request: Request;
}

interface RestAnswer {
  readonly contentType: "application/json" | "text/event-stream" | "text/x-patch" | "application/x-git-bundle" | "image/*";
  readonly description: string;
  readonly status: 200 | 201 | 202;
  /** of a JSON answer */
  readonly schema: z.ZodType | null;
}

/**
 * One method of one address: what it needs, takes and gives. The same record serves the request and stands in the
 * OpenAPI document.
 */
export interface RestOperation<P extends Shape = Shape, Q extends Shape = Shape, B extends z.ZodType | null = z.ZodType | null> {
  readonly id: string;
  readonly method: "GET" | "POST";
  /** as OpenAPI writes it: `/api/v1/sessions/{sessionId}` */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly answer: RestAnswer;
  /** the kinds of a body that is no JSON: it is not read but left to `handle`, as `request.body` */
  readonly upload?: readonly string[];
  /** of a JSON body; `limits.request.maxBodyBytes` when left out */
  readonly maxBodyBytes?: number;
  /** event streams stay open: they are not counted by the minute but by how many there are */
  readonly isStream?: boolean;
  /** JSON operations answer with a value, the others with the response itself */
  handle(input: RestInput<P, Q, B>): Promise<unknown>;
}

export function defineOperation<P extends Shape, Q extends Shape, B extends z.ZodType | null>(
  operation: RestOperation<P, Q, B>,
): RestOperation<P, Q, B> {
  return operation;
}
