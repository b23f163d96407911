import { setTimeout as sleep } from "node:timers/promises";
import { type LoggedEvent, sessionEventSchema } from "@opencode/core/modules/sessions/contract.ts";
import { applySessionEvent, emptySessionView, type SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { z } from "zod";
import { readEventStream } from "./read-event-stream.ts";

export interface SessionAccess {
  readonly url: string;
  readonly apiKey: string;
  readonly sessionId: string;
}

const positionSchema = z.object({ seq: z.number().int(), at: z.string() });

function parseEvent(data: string): LoggedEvent {
  const raw: unknown = JSON.parse(data);
  return { ...sessionEventSchema.parse(raw), ...positionSchema.parse(raw) };
}

/** True when nothing of the session runs or waits to run any more. */
function hasEnded(view: SessionView): boolean {
  return view.turns.length > 0 && view.turns.every((turn) => ["completed", "failed", "aborted"].includes(turn.state));
}

/**
 * Follows a session's event log through the public REST API until its turns have ended; answers the view then.
 * A lost connection is taken up again after the last event that was seen.
 */
export async function followSession(
  access: SessionAccess,
  options: { signal?: AbortSignal; onChange?: (view: SessionView, event: LoggedEvent) => void } = {},
): Promise<SessionView> {
  let view = emptySessionView;
  for (;;) {
    try {
      const response = await fetch(`${access.url}/api/v1/sessions/${access.sessionId}/events?after=${view.seq}`, {
        headers: { authorization: `Bearer ${access.apiKey}`, accept: "text/event-stream" },
        ...(options.signal ? { signal: options.signal } : {}),
      });
      if (response.status >= 400 && response.status < 500) throw new RefusedError(`${response.status} ${await response.text()}`);
      if (!response.ok || !response.body) throw new Error(`the event stream answered ${response.status}`);
      for await (const { data } of readEventStream(response.body)) {
        const event = parseEvent(data);
        view = applySessionEvent(view, event);
        options.onChange?.(view, event);
        if (hasEnded(view)) return view;
      }
    } catch (error) {
      if (error instanceof RefusedError || options.signal?.aborted) throw error;
    }
    await sleep(300, undefined, options.signal ? { signal: options.signal } : {});
  }
}

class RefusedError extends Error {}
