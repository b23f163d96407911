import type { LoggedEvent, SessionEventBody } from "./contract.ts";

// jsonb refuses U+0000 and halves of surrogate pairs; models and commands write both.
const unstorable = /\\u0000|\\ud[89ab][0-9a-f]{2}|\\ud[c-f][0-9a-f]{2}/i;

function clean(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("\u0000", "\uFFFD").toWellFormed();
  if (Array.isArray(value)) return value.map(clean);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [clean(key), clean(entry)]));
  }
  return value;
}

/** JSON text that the database takes: what jsonb can't hold is replaced by U+FFFD. */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  return unstorable.test(text) ? JSON.stringify(clean(value)) : text;
}

/** An event of the log as its readers get it: `json` is a `LoggedEvent`. */
export interface EncodedEvent {
  readonly seq: number;
  readonly json: string;
}

/** Puts together what `JSON.stringify(loggedEvent)` would give, from data that is JSON text already. */
export function encodeLogged(seq: number, at: string, type: SessionEventBody["type"] | string, dataJson: string): EncodedEvent {
  return { seq, json: `{"seq":${seq},"at":"${at}","type":"${type}","data":${dataJson}}` };
}

/** The event in an encoded one; it was parsed by its schema when it was written. */
export function decodeLogged(encoded: EncodedEvent): LoggedEvent {
  const event: LoggedEvent = JSON.parse(encoded.json);
  return event;
}
