import { isJsonObject, type Json, type JsonObject, parseJson } from "../json.ts";
import { limits } from "../limits.ts";

/** An event as the engine keeps it: the JSON text that the SDK is sent, and what is needed without parsing it. */
export interface StoredEvent {
  readonly internalId: string;
  readonly id: string;
  readonly name: string;
  readonly receivedMs: number;
  readonly body: string;
  parsed?: JsonObject;
}

/** The event as JSON. Small ones stay parsed, large ones are parsed at each use rather than held twice. */
export function eventJson(event: StoredEvent): JsonObject {
  if (event.parsed) return event.parsed;
  const value = parseJson(event.body);
  const parsed = isJsonObject(value) ? value : {};
  if (event.body.length <= limits.state.lazyParseBytes) event.parsed = parsed;
  return parsed;
}

export interface NewEvent {
  readonly internalId: string;
  readonly id: string;
  readonly name: string;
  readonly data: Json;
  readonly user?: Json;
  readonly v?: Json;
  readonly ts: number;
  readonly receivedMs: number;
}

/** Keys in the server's order; `user` is always there. */
export function storeEvent(event: NewEvent): StoredEvent {
  const body = JSON.stringify({
    data: event.data,
    id: event.id,
    name: event.name,
    ts: event.ts,
    user: event.user ?? {},
    ...(event.v === undefined || event.v === null ? {} : { v: event.v }),
  });
  return { internalId: event.internalId, id: event.id, name: event.name, receivedMs: event.receivedMs, body };
}
