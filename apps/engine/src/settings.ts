import type { Logger } from "pino";

/** What an engine is started with. */
export interface EngineSettings {
  readonly databaseUrl: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
  /** `dev`: unsigned. `cloud`: signatures both ways, and the event key is checked. */
  readonly kind: "dev" | "cloud";
  readonly signingKey: string | undefined;
  readonly eventKey: string | undefined;
  /** SDK addresses that the engine asks to register, until each has answered. */
  readonly sdkUrls: readonly string[];
  /** Waits this long between attempts instead of the default schedule. */
  readonly retryIntervalMs: number | undefined;
  /** Runs that ended longer ago are swept. */
  readonly retentionMs: number;
  readonly maxInFlight: number;
  readonly callTimeoutMs: number;
  /** Memoised steps of live runs that are kept in memory. */
  readonly maxMemoBytes: number;
  readonly log: Logger;
}
