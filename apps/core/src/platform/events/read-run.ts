import { createHash } from "node:crypto";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import { limits } from "../limits.ts";
import { parseJson } from "../parse-json.ts";
import type { EngineRun } from "./engine-run.ts";
import { parseJobs, parseRun } from "./parse-run.ts";

const cloudUrl = "https://api.inngest.com";
const devServerUrl = "http://localhost:8288";

/** Which engine is asked, and with what key: by the environment, unless a test says otherwise. */
export interface EngineAddress {
  readonly baseUrl: string;
  readonly signingKey: string | undefined;
}

function engineAddress(): EngineAddress {
  const { INNGEST_BASE_URL: baseUrl, INNGEST_SIGNING_KEY: signingKey, INNGEST_DEV: isDev } = env();
  return { baseUrl: baseUrl ?? (isDev ? devServerUrl : cloudUrl), signingKey };
}

/**
 * Asks the durable engine, ours or Inngest, for a run. Null when it knows none of this id (runs are swept some time
 * after their end); UNAVAILABLE when it can't be asked. Inngest tells less of the steps than ours: what is known is answered.
 */
export async function readRun(runId: string, engine: EngineAddress = engineAddress()): Promise<EngineRun | null> {
  const path = `/v1/runs/${encodeURIComponent(runId)}`;
  const response = await get(engine, path);
  if (response.status === 404) return null;
  if (!response.ok) throw unavailable(`answered ${response.status}`, response.body);
  const run = parseRun(response.body);
  if (!run) throw unavailable("gave an answer that can't be read", response.body);
  if (run.detail === "steps") return run;
  const jobs = await get(engine, `${path}/jobs`).catch(() => null);
  const steps = jobs?.ok ? parseJobs(jobs.body) : null;
  return steps ? { ...run, steps, detail: "jobs" } : run;
}

interface Reply {
  readonly ok: boolean;
  readonly status: number;
  readonly body: unknown;
}

async function get(engine: EngineAddress, path: string): Promise<Reply> {
  const url = new URL(path, engine.baseUrl);
  const signal = AbortSignal.timeout(limits.engineRead.timeoutMs);
  const { signingKey } = engine;
  if (signingKey === undefined) return ask(url, undefined, signal);
  const reply = await ask(url, hashedKey(signingKey), signal);
  // The SDK shows the key's hash; Inngest's documented reading API wants the key itself.
  const last = reply.status === 401 || reply.status === 403 ? await ask(url, signingKey, signal) : reply;
  if (last.status === 401 || last.status === 403) {
    throw new AppError(
      "UNAVAILABLE",
      "The durable engine refused our key, so the run's steps can't be shown. INNGEST_SIGNING_KEY must be the one that the engine has.",
    );
  }
  return last;
}

async function ask(url: URL, bearer: string | undefined, signal: AbortSignal): Promise<Reply> {
  try {
    const headers = { accept: "application/json", ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }) };
    const response = await fetch(url, { headers, signal, redirect: "error" });
    const text = await response.text();
    return { ok: response.ok, status: response.status, body: parseJson(text) };
  } catch (error) {
    throw unavailable("does not answer", error);
  }
}

function unavailable(what: string, cause: unknown): AppError {
  return new AppError(
    "UNAVAILABLE",
    `The durable engine ${what}, so the run's steps can't be shown now. The work itself is not lost; this is asked again by itself.`,
    { cause },
  );
}

/** The key as the SDK shows it: prefix, and the SHA-256 of the hex-decoded rest. */
function hashedKey(signingKey: string): string {
  const prefix = /^signkey-\w+-/.exec(signingKey)?.[0] ?? "";
  return (
    prefix +
    createHash("sha256")
      .update(Buffer.from(signingKey.slice(prefix.length), "hex"))
      .digest("hex")
  );
}
