import type { LoggedEvent } from "@opencode/core/modules/sessions/contract.ts";
import { parseFrame } from "./parse-frame.ts";

export type Connection = "connecting" | "live" | "reconnecting";

interface FollowOptions {
  readonly sessionId: string;
  readonly workspaceSlug: string;
  /** sequence number after which the log goes on */
  readonly after: () => number;
  readonly onEvent: (event: LoggedEvent) => void;
  readonly onConnection: (state: Connection) => void;
  /** several attempts in a row have failed: perhaps the session is gone, or the viewer was signed out */
  readonly onTrouble: () => void;
}

const firstDelayMs = 500;
const maxDelayMs = 10_000;
const troubleAfterAttempts = 3;

/**
 * Follows a session's event log until the returned function is called. After a cut it goes on behind the last event that
 * came in, so nothing is lost; what comes twice has a sequence number that was seen, so nothing is shown twice.
 */
export function followEvents({ sessionId, workspaceSlug, after, onEvent, onConnection, onTrouble }: FollowOptions): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let delayMs = firstDelayMs;
  let failures = 0;

  const open = () => {
    timer = null;
    const query = new URLSearchParams({ after: String(after()), workspace: workspaceSlug });
    const opened = new EventSource(`/api/v1/sessions/${encodeURIComponent(sessionId)}/events?${query}`);
    source = opened;
    opened.onopen = () => {
      delayMs = firstDelayMs;
      failures = 0;
      onConnection("live");
    };
    opened.onmessage = (message: MessageEvent<string>) => {
      const event = parseFrame(message.data);
      if (event) onEvent(event);
    };
    // The browser would connect again by itself, but with the address of the first time: from where we began.
    opened.onerror = () => {
      opened.close();
      if (source !== opened) return;
      source = null;
      onConnection("reconnecting");
      failures++;
      if (failures % troubleAfterAttempts === 0) onTrouble();
      timer = setTimeout(open, delayMs * (0.75 + Math.random() / 2));
      delayMs = Math.min(delayMs * 2, maxDelayMs);
    };
  };

  const hurry = () => {
    if (timer === null || document.hidden) return;
    clearTimeout(timer);
    delayMs = firstDelayMs;
    open();
  };

  onConnection("connecting");
  open();
  window.addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  return () => {
    window.removeEventListener("online", hurry);
    document.removeEventListener("visibilitychange", hurry);
    if (timer !== null) clearTimeout(timer);
    const last = source;
    source = null;
    last?.close();
  };
}
