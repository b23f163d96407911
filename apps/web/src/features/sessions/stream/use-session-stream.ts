"use client";

import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useEffect, useState, useSyncExternalStore } from "react";
import { type Connection, followEvents } from "./follow-events.ts";
import { createSessionStore } from "./session-store.ts";

interface SessionStream {
  readonly view: SessionView;
  readonly connection: Connection;
}

interface SessionStreamOptions {
  readonly sessionId: string;
  readonly workspaceSlug: string;
  readonly loaded: SessionView;
  /** called when the stream stays away; has to keep its identity */
  readonly onTrouble: () => void;
}

/** The live view of a session, from the loaded one onwards. */
export function useSessionStream({ sessionId, workspaceSlug, loaded, onTrouble }: SessionStreamOptions): SessionStream {
  const [store] = useState(() => createSessionStore(loaded));
  const [connection, setConnection] = useState<Connection>("connecting");
  useEffect(() => store.reset(loaded), [store, loaded]);
  useEffect(
    () => followEvents({ sessionId, workspaceSlug, after: store.received, onEvent: store.push, onConnection: setConnection, onTrouble }),
    [sessionId, workspaceSlug, store, onTrouble],
  );
  const view = useSyncExternalStore(store.subscribe, store.view, store.view);
  return { view, connection };
}
