import type { SessionState } from "@opencode/core/modules/sessions/contract.ts";
import type { BadgeTone } from "../../ui/badge.tsx";

interface StateLook {
  readonly label: string;
  readonly tone: BadgeTone;
}

/** How a session's state is called and coloured, everywhere. */
export const stateLooks: Readonly<Record<SessionState, StateLook>> = {
  idle: { label: "Ready", tone: "neutral" },
  queued: { label: "Queued", tone: "neutral" },
  running: { label: "Working", tone: "accent" },
  waiting: { label: "Needs your answer", tone: "warning" },
  failed: { label: "Failed", tone: "danger" },
};
