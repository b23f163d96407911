import { Client } from "pg";
import { env } from "../env.ts";
import { logger } from "../logger.ts";
import { type LiveHint, liveHintSchema } from "./live-hint.ts";
import { deliverLive, liveSource } from "./live-hub.ts";

const channel = "opencode_live";
const reconnectMs = 1_000;

interface Connection {
  client: Promise<Client | null> | null;
  isListening: boolean;
  isClosed: boolean;
}

const holder = globalThis as { __opencodeLivePostgres?: Connection };

function connection(): Connection {
  holder.__opencodeLivePostgres ??= { client: null, isListening: false, isClosed: false };
  return holder.__opencodeLivePostgres;
}

// A connection of its own: a pool would hand LISTEN to whoever comes next.
async function connect(state: Connection): Promise<Client | null> {
  const client = new Client({ connectionString: env().DATABASE_URL, keepAlive: true, connectionTimeoutMillis: 5_000 });
  let isLost = false;
  const lose = () => {
    if (isLost) return;
    isLost = true;
    state.client = null;
    if (state.isListening && !state.isClosed) setTimeout(() => void open(state), reconnectMs).unref();
  };
  client.on("error", (error) => logger.debug({ err: error }, "live: the listening connection failed"));
  client.on("end", lose);
  client.on("notification", ({ payload }) => receive(payload));
  try {
    await client.connect();
    if (state.isListening) await client.query(`LISTEN ${channel}`);
    return client;
  } catch (error) {
    logger.debug({ err: error }, "live: could not connect; tried again");
    void client.end().catch(() => undefined);
    lose();
    return null;
  }
}

function open(state: Connection): Promise<Client | null> {
  state.client ??= connect(state);
  return state.client;
}

function receive(payload: string | undefined): void {
  if (!payload) return;
  const parsed = liveHintSchema.safeParse(safeJson(payload));
  if (parsed.success && parsed.data.source !== liveSource()) deliverLive(parsed.data);
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Sends a hint to every listening process on this database. */
export function notifyPostgres(hint: LiveHint): void {
  const state = connection();
  if (state.isClosed) return;
  void open(state)
    .then((client) => client?.query("SELECT pg_notify($1, $2)", [channel, JSON.stringify(hint)]))
    .catch((error: unknown) => logger.debug({ err: error }, "live: a hint was not sent; its readers will poll"));
}

/** Hears the hints of other processes from now on. */
export function listenPostgres(): void {
  const state = connection();
  if (state.isListening || state.isClosed) return;
  state.isListening = true;
  void (async () => {
    const client = await open(state);
    await client?.query(`LISTEN ${channel}`);
  })().catch((error: unknown) => logger.debug({ err: error }, "live: LISTEN failed"));
}

/** Ends the listening connection, for a process that stops. */
export async function stopListening(): Promise<void> {
  const state = connection();
  state.isClosed = true;
  const client = await state.client;
  await client?.end().catch(() => undefined);
  delete holder.__opencodeLivePostgres;
}
