import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Inngest, type InngestFunction } from "inngest";
import { freePort } from "../../../infra/local/free-port.ts";
import { preparePgliteTemplate } from "../../harness/pglite-template.ts";
import { type Child, startChild } from "../../integration/engine/harness/child-process.ts";
import { type EngineProcess, startEngineProcess } from "../../integration/engine/harness/engine-process.ts";
import { Recorder } from "../../integration/engine/harness/recorder.ts";
import { type SdkApp, serveSdk } from "../../integration/engine/harness/sdk-app.ts";

const pgliteScript = join(import.meta.dirname, "../../integration/engine/harness/pglite-process.ts");
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Database, engine and SDK, each of which can be killed and started again in the same place. */
export class FaultBed {
  readonly recorder = new Recorder();
  readonly client: Inngest;
  readonly baseUrl: string;
  readonly #directory: string;
  readonly #databasePort: number;
  readonly #enginePort: number;
  readonly #sdkPort: number;
  readonly #env: Record<string, string>;
  #functions: InngestFunction.Any[] = [];
  #database: Child | undefined;
  #engine: EngineProcess | undefined;
  #sdk: SdkApp | undefined;

  private constructor(directory: string, ports: [number, number, number], env: Record<string, string>) {
    this.#directory = directory;
    [this.#databasePort, this.#enginePort, this.#sdkPort] = ports;
    this.#env = env;
    this.baseUrl = `http://127.0.0.1:${this.#enginePort}`;
    this.client = new Inngest({ id: "fault", isDev: true, baseUrl: this.baseUrl, eventKey: "test", logger: quiet });
  }

  static async start(make: (bed: FaultBed) => InngestFunction.Any[], env: Record<string, string> = {}): Promise<FaultBed> {
    const directory = await mkdtemp(join(tmpdir(), "engine-fault-"));
    const bed = new FaultBed(directory, [await freePort(), await freePort(), await freePort()], env);
    bed.#functions = make(bed);
    // A copy of the template starts in a fraction of the time that a new data directory takes.
    await bed.#openDatabase(await preparePgliteTemplate());
    await bed.startSdk();
    await bed.startEngine();
    const functions = async (): Promise<number> =>
      ((await (await fetch(`${bed.baseUrl}/health`)).json()) as { functions: number }).functions;
    while ((await functions()) < bed.#functions.length) await new Promise((resolve) => setTimeout(resolve, 20));
    return bed;
  }

  get databaseUrl(): string {
    return `postgresql://postgres@127.0.0.1:${this.#databasePort}/postgres`;
  }

  async startDatabase(): Promise<void> {
    await this.#openDatabase();
  }

  async #openDatabase(template?: string): Promise<void> {
    const args = [join(this.#directory, "data"), String(this.#databasePort), ...(template === undefined ? [] : [template])];
    this.#database = await startChild(pgliteScript, { args, ready: /port (\d+)/ });
  }

  async startEngine(): Promise<EngineProcess> {
    this.#engine = await startEngineProcess({
      databaseUrl: this.databaseUrl,
      port: this.#enginePort,
      sdkUrls: [`http://127.0.0.1:${this.#sdkPort}/api/inngest`],
      env: { ENGINE_RETRY_INTERVAL_MS: "300", ...this.#env },
    });
    return this.#engine;
  }

  async startSdk(): Promise<void> {
    this.#sdk = await serveSdk(this.client, this.#functions, this.#sdkPort);
  }

  killDatabase = async (): Promise<void> => this.#database?.kill("SIGKILL");
  killEngine = async (signal: NodeJS.Signals = "SIGKILL"): Promise<void> => this.#engine?.kill(signal);
  killSdk = async (): Promise<void> => this.#sdk?.close();

  engineOutput(): string {
    return this.#engine?.output() ?? "";
  }

  enginePid(): number {
    return this.#engine?.process.pid ?? 0;
  }

  /** Sends events; answers their ids. Throws when the engine doesn't take them. */
  async send(events: { name: string; data?: unknown; id?: string }[]): Promise<string[]> {
    const response = await fetch(`${this.baseUrl}/e/test`, { method: "POST", body: JSON.stringify(events) });
    if (!response.ok) throw new Error(`the engine answered ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { ids: string[] }).ids;
  }

  async runs(query = ""): Promise<{ run_id: string; status: string; function_slug: string; output: unknown }[]> {
    const response = await fetch(`${this.baseUrl}/v1/runs?limit=500${query}`);
    return ((await response.json()) as { data: { run_id: string; status: string; function_slug: string; output: unknown }[] }).data;
  }

  async stop(): Promise<void> {
    await this.killEngine("SIGTERM");
    await this.killSdk();
    await this.killDatabase();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
