import { setTimeout as sleep } from "node:timers/promises";
import { callHttp } from "../call/http-client.ts";
import { isSigned, signatureHeader } from "../http/signature.ts";
import { limits } from "../limits.ts";
import type { EngineSettings } from "../settings.ts";

const quotedChars = 300;

/**
 * Asks SDKs to register: in band, where the answer names the functions; an SDK that doesn't do that makes the register
 * call instead. An address is asked again until it has answered, and once more after it was out of reach.
 */
export class Sync {
  readonly #settings: EngineSettings;
  readonly #register: (body: string) => Promise<unknown>;
  readonly #running = new Set<string>();
  readonly #stop = new AbortController();
  /** The last problem of each address that has not registered. */
  readonly problems = new Map<string, string>();

  constructor(settings: EngineSettings, register: (body: string) => Promise<unknown>) {
    this.#settings = settings;
    this.#register = register;
  }

  start(): void {
    for (const url of this.#settings.sdkUrls) this.ask(url);
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Begins to ask one address, unless that is under way. */
  ask(url: string): void {
    if (this.#running.has(url)) return;
    this.#running.add(url);
    void this.#loop(url)
      .catch(() => undefined)
      .finally(() => this.#running.delete(url));
  }

  async #loop(url: string): Promise<void> {
    let delayMs: number = limits.sync.retryMinMs;
    while (!this.#stop.signal.aborted) {
      const problem = await this.#put(url);
      if (problem === undefined) {
        this.problems.delete(url);
        return;
      }
      if (this.problems.get(url) !== problem) this.#settings.log.warn({ url, problem }, "the SDK has not registered; it is asked again");
      this.problems.set(url, problem);
      await sleep(delayMs, undefined, { signal: this.#stop.signal });
      delayMs = Math.min(limits.sync.retryMaxMs, delayMs * 2);
    }
  }

  async #put(url: string): Promise<string | undefined> {
    const { kind, signingKey } = this.#settings;
    const body = JSON.stringify({ url });
    const headers: Record<string, string> = {
      "content-type": "application/json",
      "x-inngest-server-kind": kind,
      "x-inngest-sync-kind": "in_band",
    };
    if (kind === "cloud" && signingKey !== undefined) headers["x-inngest-signature"] = signatureHeader(signingKey, body, Date.now());
    try {
      const answer = await callHttp({ method: "PUT", url, headers, body, timeoutMs: limits.sync.timeoutMs });
      if (answer.status !== 200 || answer.headers["x-inngest-sdk"] === undefined) {
        return `it answered ${answer.status}: ${answer.body.slice(0, quotedChars)}`;
      }
      if (answer.headers["x-inngest-sync-kind"] !== "in_band") return undefined;
      const signature = answer.headers["x-inngest-signature"];
      const isTrusted = signingKey === undefined || kind === "dev" || isSigned(signingKey, answer.body, String(signature), Date.now());
      if (!isTrusted) return "its answer is not signed with the signing key";
      await this.#register(answer.body);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
