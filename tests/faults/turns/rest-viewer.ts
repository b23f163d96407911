import { setTimeout as sleep } from "node:timers/promises";
import type { LoggedEvent } from "@opencode/core/modules/sessions/contract.ts";
import { idSchema, type SessionId } from "@opencode/core/platform/ids.ts";
import { z } from "zod";
import { until } from "../../integration/sessions/support/product.ts";

const createdSchema = z.object({ sessionId: idSchema("session") });

interface Following {
  readonly events: readonly LoggedEvent[];
  /** how many streams it has been given so far */
  connections(): number;
  stop(): Promise<void>;
}

export interface RestViewer {
  createSession(body: { repositoryId: string; prompt: string; model: string }): Promise<SessionId>;
  /** Follows the log over SSE; whenever the connection ends, asks again for what comes after the last event that was seen whole. */
  follow(sessionId: SessionId): Following;
  /** Waits for the question in what was seen, and allows it; again until somebody takes the answer. */
  answerWhenAsked(events: readonly LoggedEvent[], sessionId: SessionId): Promise<void>;
}

/** Somebody who knows the product only by its REST edge, which may be gone at any moment. */
export function restViewer(origin: string, apiKey: string): RestViewer {
  const send = (path: string, init: RequestInit = {}) =>
    fetch(`${origin}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", ...init.headers },
    });

  return {
    createSession: async (body) => {
      const response = await send("/sessions", { method: "POST", body: JSON.stringify(body) });
      if (response.status !== 201) throw new Error(`no session was made: ${response.status} ${await response.text()}`);
      return createdSchema.parse(await response.json()).sessionId;
    },
    follow: (sessionId) => {
      const events: LoggedEvent[] = [];
      const stopped = new AbortController();
      let connections = 0;
      const reading = (async () => {
        while (!stopped.signal.aborted) {
          try {
            const response = await send(`/sessions/${sessionId}/events?after=${events.at(-1)?.seq ?? 0}`, { signal: stopped.signal });
            if (!response.ok || !response.body) throw new Error(`no stream: ${response.status}`);
            connections += 1;
            await collect(response.body, events);
          } catch {
            // The process is gone: it comes back.
            await sleep(20);
          }
        }
      })();
      return {
        events,
        connections: () => connections,
        stop: () => {
          stopped.abort();
          return reading;
        },
      };
    },
    answerWhenAsked: async (events, sessionId) => {
      const asked = await until(
        "the question",
        async () => events.find((event) => event.type === "permission.updated" && event.data.request.state === "pending"),
        60_000,
      );
      if (asked.type !== "permission.updated") throw new Error("this is no question");
      const path = `/sessions/${sessionId}/permissions/${asked.data.request.id}`;
      await until("the answer is taken", async () => {
        const { status } = await send(path, { method: "POST", body: JSON.stringify({ reply: "once" }) });
        // 409: an earlier try was taken although nobody came back to say so.
        return status === 200 || status === 409;
      });
    },
  };
}

/** Adds each event as soon as it is there whole; what a cut leaves half is dropped. */
async function collect(body: ReadableStream<Uint8Array>, events: LoggedEvent[]): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = block.split("\n").find((line) => line.startsWith("data: "));
      if (data) events.push(JSON.parse(data.slice(6)));
    }
  }
}
