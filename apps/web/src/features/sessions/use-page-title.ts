"use client";

import type { SessionState } from "@opencode/core/modules/sessions/contract.ts";
import { useEffect } from "react";

const marks: Readonly<Record<SessionState, string>> = { idle: "", queued: "○ ", running: "● ", waiting: "? ", failed: "✕ " };

/** The browser tab names the session and how it stands. */
export function usePageTitle(title: string, state: SessionState): void {
  useEffect(() => {
    document.title = `${marks[state]}${title || "Session"} · OpenCode Cloud`;
  }, [title, state]);
}
