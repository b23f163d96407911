import type { LoggedEvent } from "@opencode/core/modules/sessions/contract.ts";
import { readEventStream } from "../../../../infra/local/client/read-event-stream.ts";
import { makeBenchWorkspace } from "../bench-workspace.ts";

interface SeenEvent {
  readonly event: LoggedEvent;
  /** `performance.now()` when it was read from the wire */
  readonly atMs: number;
}

export interface Followed {
  readonly seen: readonly SeenEvent[];
  /** resolves with the first event (of those seen from `from` on) that fits */
  until(fits: (event: LoggedEvent) => boolean, from?: number): Promise<SeenEvent>;
  stop(): void;
}

/** A caller of the product's REST API over the network; keys take turns, because each has a limit a minute. */
export interface BenchAccess {
  readonly repositoryId: string;
  readonly workspaceId: string;
  readonly keys: readonly string[];
  post(path: string, body: unknown): Promise<Record<string, unknown>>;
  get(path: string): Promise<{ body: string; ms: number }>;
  follow(sessionId: string, after?: number): Promise<Followed>;
}

const keyCount = 20;

/** A workspace with keys and the sample repository in the running product's own database. */
export async function openAccess(url: string, env: Readonly<Record<string, string>>): Promise<BenchAccess> {
  const { workspaceId, repositoryId, keys } = await makeBenchWorkspace(env, keyCount);
  let turn = 0;
  const headers = () => ({ authorization: `Bearer ${keys[turn++ % keys.length]}`, "content-type": "application/json" });
  return {
    workspaceId,
    repositoryId,
    keys,
    post: async (path, body) => {
      const response = await fetch(`${url}/api/v1${path}`, { method: "POST", headers: headers(), body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
      const answer: Record<string, unknown> = await response.json();
      return answer;
    },
    get: async (path) => {
      const startedMs = performance.now();
      const response = await fetch(`${url}/api/v1${path}`, { headers: headers() });
      const body = await response.text();
      if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${body}`);
      return { body, ms: performance.now() - startedMs };
    },
    follow: (sessionId, after = 0) => follow(`${url}/api/v1/sessions/${sessionId}/events?after=${after}`, headers()),
  };
}

async function follow(address: string, headers: Record<string, string>): Promise<Followed> {
  const controller = new AbortController();
  const response = await fetch(address, { headers, signal: controller.signal });
  const { body } = response;
  if (!response.ok || !body) throw new Error(`the event stream answered ${response.status}`);
  const seen: SeenEvent[] = [];
  const waiting = new Set<() => void>();
  const read = async () => {
    for await (const { data } of readEventStream(body)) {
      const event: LoggedEvent = JSON.parse(data);
      seen.push({ event, atMs: performance.now() });
      for (const wake of waiting) wake();
    }
  };
  read().catch(() => undefined);
  return {
    seen,
    until: (fits, from = 0) =>
      new Promise((resolve) => {
        let next = from;
        const look = () => {
          for (; next < seen.length; next++) {
            const candidate = seen[next];
            if (!candidate || !fits(candidate.event)) continue;
            waiting.delete(look);
            resolve(candidate);
            return;
          }
        };
        waiting.add(look);
        look();
      }),
    stop: () => controller.abort(),
  };
}
