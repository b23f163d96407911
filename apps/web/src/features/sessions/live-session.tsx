"use client";

import type { SessionRow } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useMutation } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { cn } from "../../ui/cn.ts";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { ChildTimeline } from "./children/child-timeline.tsx";
import { ChildrenProvider, useChildren } from "./children/children-context.tsx";
import { stateWithChildren } from "./children/state-with-children.ts";
import { Conversation } from "./conversation.tsx";
import type { FileWish } from "./files/files-panel.tsx";
import { ImagesOfSession } from "./images/session-images.tsx";
import { RevertDialog } from "./revert/revert-dialog.tsx";
import { useFork } from "./revert/use-fork.ts";
import { type SessionActions, SessionActionsContext } from "./session-actions.tsx";
import { SessionHeader } from "./session-header.tsx";
import { SidePanel } from "./side-panel.tsx";
import type { SideTab } from "./side-tabs.ts";
import { SmallTabs } from "./small-tabs.tsx";
import type { Connection } from "./stream/follow-events.ts";
import { useSessionStream } from "./stream/use-session-stream.ts";
import { useFreshList } from "./use-fresh-list.ts";
import { usePageTitle } from "./use-page-title.ts";

const childTimeline = (sessionId: string) => <ChildTimeline key={sessionId} sessionId={sessionId} />;

interface LiveSessionProps {
  session: SessionRow;
  /** as it was when the page asked for it */
  loaded: SessionView;
  onTrouble: () => void;
}

/** A session, live: the conversation, and beside it what it changed and how it runs. */
export function LiveSession({ session, loaded, onTrouble }: LiveSessionProps) {
  const { workspace } = useWorkspace();
  const { view, connection } = useSessionStream({ sessionId: session.id, workspaceSlug: workspace.slug, loaded, onTrouble });
  const hasChildren = useMemo(() => view.parts.some((part) => part.type === "tool" && part.tool === "task"), [view.parts]);
  return (
    <ChildrenProvider
      sessionId={session.id}
      hasChildren={hasChildren}
      active={view.state !== "idle" && view.state !== "failed"}
      timelineOf={childTimeline}
    >
      <ImagesOfSession value={session.id}>
        <SessionFrame session={session} view={view} connection={connection} />
      </ImagesOfSession>
    </ChildrenProvider>
  );
}

function SessionFrame({ session, view, connection }: { session: SessionRow; view: SessionView; connection: Connection }) {
  const trpc = useTRPC();
  const mayWrite = useWorkspace().may("sessions.write");
  const state = stateWithChildren(view.state, useChildren().all);
  const [tab, setTab] = useState<SideTab>("changes");
  // On a wide screen the panel stands beside the conversation, on a small one in its place.
  const [panelOpen, setPanelOpen] = useState(view.diff.filesChanged > 0);
  const [inFront, setInFront] = useState<"conversation" | "panel">("conversation");
  const [focus, setFocus] = useState<{ path: string; at: number } | null>(null);
  const [reverting, setReverting] = useState<string | null>(null);
  const showPanel = useCallback((shown: SideTab) => {
    setTab(shown);
    setPanelOpen(true);
    setInFront("panel");
  }, []);
  const fork = useFork(view);
  const idle = view.state === "idle" || view.state === "failed";
  const [fileFocus, setFileFocus] = useState<FileWish | null>(null);
  const { mutate: retry, isPending: retrying } = useMutation(
    trpc.sessions.retryTurn.mutationOptions({ onError: (error) => toast.error(errorMessage(error)) }),
  );
  usePageTitle(view.title || session.title, state);
  useFreshList(session.id, state);

  const actions = useMemo<SessionActions>(
    () => ({
      showChanges: (path) => {
        showPanel("changes");
        if (path) setFocus({ path, at: Date.now() });
      },
      showFile: (path, line) => {
        showPanel("files");
        setFileFocus({ path, line: line ?? null, at: Date.now() });
      },
      revertTo: (messageId) => setReverting(messageId),
      forkFrom: (messageId) => fork({ sessionId: session.id, messageId }),
      idle,
      retryTurn: (turnId) => retry({ sessionId: session.id, turnId }),
      retrying,
      mayWrite,
    }),
    [retry, retrying, mayWrite, session.id, fork, idle, showPanel],
  );

  return (
    <SessionActionsContext value={actions}>
      <RevertDialog sessionId={session.id} messageId={reverting} view={view} onClose={() => setReverting(null)} />
      <div className="flex h-full flex-col" data-testid="session-page">
        <SessionHeader
          session={session}
          view={view}
          state={state}
          connection={connection}
          panelOpen={panelOpen}
          onTogglePanel={() => setPanelOpen(!panelOpen)}
        />
        <SmallTabs
          value={inFront === "conversation" ? "conversation" : tab}
          files={view.diff.filesChanged}
          onChange={(next) => {
            setInFront(next === "conversation" ? "conversation" : "panel");
            if (next !== "conversation") setTab(next);
          }}
        />
        <div className="flex min-h-0 flex-1">
          <div className={cn("flex min-w-0 flex-1 flex-col", inFront === "panel" && "max-lg:hidden")}>
            <Conversation session={session} view={view} />
          </div>
          <SidePanel
            session={session}
            view={view}
            tab={tab}
            onTab={setTab}
            focus={focus}
            fileFocus={fileFocus}
            className={cn(inFront === "panel" ? "flex" : "hidden", panelOpen ? "lg:flex" : "lg:hidden")}
          />
        </div>
      </div>
    </SessionActionsContext>
  );
}
