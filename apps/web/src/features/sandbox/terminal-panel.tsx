"use client";

import { Power, SquareTerminal } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { useTerminal } from "./use-terminal.ts";

// xterm draws on the page itself and has nothing to do on a server.
const TerminalScreen = dynamic(() => import("./terminal-screen.tsx").then((module) => module.TerminalScreen), { ssr: false });

interface TerminalPanelProps {
  sessionId: string;
  /** as the session's log says it; null: there has been none yet */
  sandboxState: string | null;
}

/** A shell in the session's sandbox that all its viewers see; members type in it. */
export function TerminalPanel({ sessionId, sandboxState }: TerminalPanelProps) {
  const { workspace, may } = useWorkspace();
  const mayType = may("sandboxes.write");
  const [closing, setClosing] = useState(false);
  const terminal = useTerminal({ sessionId, workspaceSlug: workspace.slug });
  const { state, trouble, opening } = terminal;
  const open = (
    <Button variant="primary" busy={opening} onClick={terminal.open}>
      <SquareTerminal aria-hidden />
      {state === "ended" ? "New shell" : "Open a terminal"}
    </Button>
  );
  if (state === "none") {
    return (
      <div className="p-4" data-testid="terminal-none">
        <EmptyState
          icon={SquareTerminal}
          title={sandboxState ? "No terminal is open" : "No sandbox yet"}
          action={mayType && sandboxState ? open : null}
        >
          {emptyText(sandboxState !== null, mayType)}
          {trouble ? <p className="mt-2 text-danger">{trouble}</p> : null}
        </EmptyState>
      </div>
    );
  }
  return (
    <div className="flex h-full flex-col" data-testid="terminal-panel">
      <div className="flex min-h-9 shrink-0 items-center gap-2 border-line border-b px-4 text-muted text-xs">
        <span className="min-w-0 flex-1 truncate" role="status">
          {trouble ?? statusText(state, mayType, terminal.exitCode)}
        </span>
        {state === "ended" && mayType ? open : null}
        {state === "open" && mayType ? (
          <Button size="sm" variant="ghost" onClick={() => setClosing(true)}>
            <Power aria-hidden />
            End
          </Button>
        ) : null}
      </div>
      <TerminalScreen terminal={terminal} readOnly={!mayType || state !== "open"} />
      <ConfirmDialog
        open={closing}
        onOpenChange={setClosing}
        title="End this shell?"
        description="What runs in it is stopped, for everybody who watches. Files in the workspace stay."
        action="End the shell"
        onConfirm={() => {
          terminal.close();
          setClosing(false);
        }}
      />
    </div>
  );
}

function emptyText(hasSandbox: boolean, mayType: boolean): string {
  if (!hasSandbox) return "The session gets its sandbox with the first prompt. A terminal can be opened in it then.";
  return mayType
    ? "A shell in the session’s sandbox, beside the agent. A server that you start here can be previewed from the Sandbox tab."
    : "When a member opens one, you can watch it here.";
}

function statusText(state: string, mayType: boolean, exitCode: number | null): string {
  if (state === "connecting") return "Connecting…";
  if (state === "ended")
    return exitCode === null || exitCode === 0 ? "The shell has ended." : `The shell has ended (exit code ${exitCode}).`;
  return mayType ? "Shared by everybody in this session. Kept for 10 minutes when nobody watches." : "You are watching. Members type.";
}
