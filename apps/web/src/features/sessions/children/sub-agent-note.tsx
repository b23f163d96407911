"use client";

import { Square } from "lucide-react";
import Link from "next/link";
import { Button } from "../../../ui/button.tsx";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { useSessionActions } from "../session-actions.tsx";

interface SubAgentNoteProps {
  parentSessionId: string;
  active: boolean;
  onStop: () => void;
}

/** In place of the composer: nobody writes to a sub-agent but the agent that it works for. */
export function SubAgentNote({ parentSessionId, active, onStop }: SubAgentNoteProps) {
  const { base } = useWorkspace();
  const { mayWrite } = useSessionActions();
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-xl border border-line bg-subtle px-3.5 py-3 text-muted text-sm">
      <p className="min-w-0 flex-1">
        A sub-agent works here.{" "}
        <Link href={`${base}/sessions/${parentSessionId}`} className="text-accent hover:underline">
          Write to the session that it works for
        </Link>
        .
      </p>
      {active && mayWrite ? (
        <Button size="sm" onClick={onStop}>
          <Square aria-hidden className="fill-current" />
          Stop it
        </Button>
      ) : null}
    </div>
  );
}
