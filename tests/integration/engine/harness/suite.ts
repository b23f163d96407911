import { Inngest, type InngestFunction } from "inngest";
import { testDatabase } from "../../../harness/test-database.ts";
import { type EngineProcess, startEngineProcess } from "./engine-process.ts";
import { Recorder } from "./recorder.ts";
import { type SdkApp, serveSdk } from "./sdk-app.ts";

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Waits until the condition holds; asks every 20 ms. */
export async function until<T>(
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  what: string,
  timeoutMs = 25_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export interface RunView {
  readonly run_id: string;
  readonly status: string;
  readonly function_slug?: string;
  readonly output?: unknown;
  readonly error?: { name: string; message: string } | null;
  readonly steps?: { name: string; op: string; status: string; duration_ms: number | null; result: unknown }[];
  readonly attempts?: {
    attempt: number;
    outcome: string;
    http_status: number | null;
    error: unknown;
    started_at: string;
    ended_at: string;
  }[];
}

/** An Inngest server (ours, or the one that INNGEST_BASE_URL names) and an app of the real SDK that speaks to it. */
export class Suite {
  readonly recorder = new Recorder();
  readonly baseUrl: string;
  /** False when the suite runs against another server: what is the engine's own isn't tested then. */
  readonly isOwn: boolean;
  readonly #engine: EngineProcess | undefined;
  readonly #apps: SdkApp[] = [];

  private constructor(baseUrl: string, engine: EngineProcess | undefined) {
    this.baseUrl = baseUrl;
    this.#engine = engine;
    this.isOwn = engine !== undefined;
  }

  static async start(env: Record<string, string> = {}): Promise<Suite> {
    const given = process.env.INNGEST_BASE_URL;
    // The tests' environment names an address where nothing listens.
    if (given !== undefined && !given.endsWith(":1")) return new Suite(given, undefined);
    const database = await testDatabase();
    const engine = await startEngineProcess({ databaseUrl: database.url, env: { ENGINE_RETRY_INTERVAL_MS: "300", ...env } });
    return new Suite(engine.url, engine);
  }

  client(id: string, options: { checkpointing?: boolean } = {}): Inngest {
    return new Inngest({ id, isDev: true, baseUrl: this.baseUrl, eventKey: "test", logger: quiet, ...options });
  }

  /** Serves functions and registers them. */
  async serve(client: Inngest, functions: InngestFunction.Any[]): Promise<SdkApp> {
    const app = await serveSdk(client, functions);
    this.#apps.push(app);
    const response = await fetch(app.url, { method: "PUT" });
    if (!response.ok) throw new Error(`registering failed: ${await response.text()}`);
    return app;
  }

  /** Sends one event; answers the id that the server gave it. */
  async send(name: string, data: unknown = {}, more: Record<string, unknown> = {}): Promise<string> {
    const response = await fetch(`${this.baseUrl}/e/test`, { method: "POST", body: JSON.stringify({ name, data, ...more }) });
    const body = (await response.json()) as { ids: string[] };
    return body.ids[0] ?? "";
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(this.baseUrl + path)).json()) as T;
  }

  async runsOf(eventId: string): Promise<RunView[]> {
    return (await this.get<{ data: RunView[] }>(`/v1/events/${eventId}/runs`)).data;
  }

  /** The one run that an event started, once it has this status. */
  async run(eventId: string, status: string): Promise<RunView> {
    return until(async () => (await this.runsOf(eventId)).find((run) => run.status === status), `a run of ${eventId} that is ${status}`);
  }

  /** A run with its steps and attempts; the engine's own API. */
  async detail(runId: string): Promise<RunView> {
    return (await this.get<{ data: RunView }>(`/v1/runs/${runId}`)).data;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#apps.map((app) => app.close()));
    await this.#engine?.kill("SIGTERM");
  }
}
