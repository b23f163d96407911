"use client";

import { createContext, useContext } from "react";

export interface SessionActions {
  /** opens the changes, at a file when one is named */
  readonly showChanges: (path?: string) => void;
  /** opens a file as it is now, at a line when one is named */
  readonly showFile: (path: string, line?: number) => void;
  /** opens the preview of going back to before a message */
  readonly revertTo: (messageId: string) => void;
  /** a new session that goes on from a message */
  readonly forkFrom: (messageId: string) => void;
  /** false while a turn runs */
  readonly idle: boolean;
  readonly retryTurn: (turnId: string) => void;
  readonly retrying: boolean;
  /** whether the viewer may prompt, stop and answer */
  readonly mayWrite: boolean;
}

/** What parts deep in the timeline can do. The value stays the same while a session streams. */
export const SessionActionsContext = createContext<SessionActions | null>(null);

export function useSessionActions(): SessionActions {
  const actions = useContext(SessionActionsContext);
  if (!actions) throw new Error("useSessionActions belongs below a session page");
  return actions;
}
