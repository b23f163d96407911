import { ulid } from "../ids.ts";
import { isJsonObject, type Json, parseJson } from "../json.ts";
import { limits } from "../limits.ts";
import type { Machine } from "../machine.ts";
import { ingestEvent } from "./ingest.ts";
import type { NewEvent } from "./stored-event.ts";

export interface Received {
  readonly ids: string[];
  readonly status: number;
  readonly error?: string;
}

const entropyBytes = 10;
const maxNameChars = 256;
const maxIdChars = 512;

/**
 * Takes one event or an array of them, as `POST /e/<key>` sends them; resolves when they are durable. All are
 * checked before the first is taken. `seed` (`<ms>,<base64>`) gives the same ids when the same call is made again.
 */
export async function receiveEvents(machine: Machine, body: string, seed: string | undefined): Promise<Received> {
  const parsed = parseJson(body);
  if (parsed === undefined) return { ids: [], status: 400, error: "the body is not JSON" };
  const inputs = Array.isArray(parsed) ? parsed : [parsed];
  if (inputs.length > limits.events.maxPerRequest) {
    return { ids: [], status: 400, error: `more than ${limits.events.maxPerRequest} events in one request` };
  }
  const seeds = readSeed(seed);
  const now = Date.now();
  const events: { event: NewEvent; isDeduplicated: boolean }[] = [];
  for (const [index, input] of inputs.entries()) {
    const problem = eventProblem(input);
    if (problem !== undefined || !isJsonObject(input)) return { ids: [""], status: 400, error: problem ?? "an event is not an object" };
    events.push(readEvent(input, seeds ? ulid(seeds.timeMs, seeds.entropy, index + 1) : undefined, now));
  }
  for (let start = 0; start < events.length; start += limits.events.chunk) {
    for (const { event, isDeduplicated } of events.slice(start, start + limits.events.chunk)) ingestEvent(machine, event, isDeduplicated);
    await machine.writer.flush();
  }
  return { ids: events.map(({ event }) => event.internalId), status: 200 };
}

function eventProblem(input: Json): string | undefined {
  const name = isJsonObject(input) ? input.name : undefined;
  if (typeof name !== "string" || name === "") return "event name is empty";
  if (name.startsWith("inngest/")) return `event name is reserved for internal use: ${name}`;
  if (name.length > maxNameChars || name.includes("\u0000") || !name.isWellFormed()) return "event name is invalid";
  const id = isJsonObject(input) ? input.id : undefined;
  if (typeof id === "string" && id.length > maxIdChars) return `event id is longer than ${maxIdChars} characters`;
  return undefined;
}

function readEvent(
  input: { [key: string]: Json },
  seededId: string | undefined,
  now: number,
): { event: NewEvent; isDeduplicated: boolean } {
  const internalId = seededId ?? ulid(now);
  const givenId = typeof input.id === "string" && input.id !== "" ? input.id : undefined;
  const event: NewEvent = {
    internalId,
    id: givenId ?? internalId,
    name: String(input.name),
    data: input.data ?? {},
    ts: typeof input.ts === "number" ? input.ts : now,
    receivedMs: now,
    ...(input.user === undefined ? {} : { user: input.user }),
    ...(input.v === undefined ? {} : { v: input.v }),
  };
  return { event, isDeduplicated: givenId !== undefined || seededId !== undefined };
}

function readSeed(seed: string | undefined): { timeMs: number; entropy: Uint8Array } | undefined {
  const [time, random] = (seed ?? "").split(",");
  const timeMs = Number(time);
  const entropy = Buffer.from(random ?? "", "base64");
  return time && Number.isSafeInteger(timeMs) && timeMs > 0 && entropy.length === entropyBytes ? { timeMs, entropy } : undefined;
}
