"use client";

import type { SessionRow, SessionState } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { isCostKnown } from "@opencode/core/modules/sessions/session-view.ts";
import { FolderGit2, GitBranch, PanelRight } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { Age } from "../../ui/age.tsx";
import { Cost } from "../../ui/cost.tsx";
import { DiffStat } from "../../ui/diff-stat.tsx";
import { formatCount } from "../../ui/format-count.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { SessionRelations } from "./children/session-relations.tsx";
import { ContextMeter } from "./context-meter.tsx";
import { SessionMenu } from "./session-menu.tsx";
import { SessionTitle } from "./session-title.tsx";
import { StatePill } from "./state-pill.tsx";
import type { Connection } from "./stream/follow-events.ts";
import { useOnline } from "./use-online.ts";

interface SessionHeaderProps {
  session: SessionRow;
  view: SessionView;
  /** as it stands with its sub-agents, which may wait for somebody */
  state: SessionState;
  connection: Connection;
  panelOpen: boolean;
  onTogglePanel: () => void;
}

/** The session at a glance: what it is called, how it stands, where it works, what it cost and changed. */
export function SessionHeader({ session, view, state, connection, panelOpen, onTogglePanel }: SessionHeaderProps) {
  const { diff } = view;
  const isOnline = useOnline();
  const costKnown = useMemo(() => view.parts.every((part) => part.type !== "step-finish" || isCostKnown(part)), [view.parts]);
  return (
    <header className="shrink-0 border-line border-b px-4 py-2">
      <SessionRelations session={session} />
      <div className="flex items-center gap-2">
        <SessionTitle sessionId={session.id} title={view.title || session.title} />
        <StatePill state={state} />
        <span role="status" className="text-xs">
          {isOnline ? null : <span className="text-warning">Offline: what you send waits here</span>}
          {isOnline && connection === "reconnecting" ? <span className="animate-breathe text-warning">Reconnecting…</span> : null}
        </span>
        <span className="flex-1" />
        <SessionMenu session={session} />
        <IconButton
          label={panelOpen ? "Hide changes and run" : "Show changes and run"}
          aria-pressed={panelOpen}
          onClick={onTogglePanel}
          className="hidden lg:inline-flex"
        >
          <PanelRight aria-hidden />
        </IconButton>
      </div>
      {/* Positioned, so that what is written for screen readers only is clipped here and does not widen the page. */}
      <div className="relative mt-0.5 flex items-center gap-x-3 overflow-x-auto whitespace-nowrap text-muted text-xs tabular-nums [scrollbar-width:none]">
        <Fact icon={<FolderGit2 aria-hidden className="size-3.5 text-faint" />}>{session.repositoryName}</Fact>
        {view.branch ? (
          <Fact icon={<GitBranch aria-hidden className="size-3.5 text-faint" />}>
            <span className="max-w-48 truncate font-mono">{view.branch}</span>
          </Fact>
        ) : null}
        <span>{session.model}</span>
        <Age at={session.createdAt} ago />
        <Cost micros={view.costMicros} known={costKnown} title="Cost of the models" />
        <span title={`${view.inputTokens} tokens in, ${view.outputTokens} out`}>
          {formatCount(view.inputTokens + view.outputTokens)} tokens
        </span>
        <ContextMeter parts={view.parts} />
        {diff.filesChanged > 0 ? <DiffStat additions={diff.additions} deletions={diff.deletions} /> : null}
      </div>
    </header>
  );
}

function Fact({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1">
      {icon}
      {children}
    </span>
  );
}
