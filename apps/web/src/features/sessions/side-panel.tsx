"use client";

import type { SessionRow } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { Maximize2, Minimize2 } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../ui/badge.tsx";
import { cn } from "../../ui/cn.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "../../ui/tabs.tsx";
import { SandboxPanel } from "../sandbox/sandbox-panel.tsx";
import { TerminalPanel } from "../sandbox/terminal-panel.tsx";
import { ChangesPanel } from "./changes/changes-panel.tsx";
import { FilesPanel, type FileWish } from "./files/files-panel.tsx";
import { RunPanel } from "./run/run-panel.tsx";
import { isSideTab, type SideTab, sideTabs } from "./side-tabs.ts";

interface SidePanelProps {
  session: SessionRow;
  view: SessionView;
  tab: SideTab;
  onTab: (tab: SideTab) => void;
  focus: { readonly path: string; readonly at: number } | null;
  /** the file that the Files tab is to show */
  fileFocus: FileWish | null;
  className: string;
}

/** What the session changed, its sandbox with a terminal, and how it runs. */
export function SidePanel({ session, view, tab, onTab, focus, fileFocus, className }: SidePanelProps) {
  const [wide, setWide] = useState(false);
  return (
    <aside
      aria-label="Changes, sandbox and run"
      className={cn(
        "min-h-0 min-w-0 flex-col border-line bg-bg max-lg:w-full lg:shrink-0 lg:border-l",
        wide ? "lg:w-[62%]" : "lg:w-104 2xl:w-128",
        className,
      )}
    >
      <Tabs
        value={tab}
        onValueChange={(next) => {
          if (isSideTab(next)) onTab(next);
        }}
        className="flex min-h-0 flex-1 flex-col"
      >
        <div className="hidden shrink-0 items-center justify-between border-line border-b pr-2 pl-4 lg:flex">
          <TabsList label="Changes, sandbox and run">
            {sideTabs.map(({ id, label }) => (
              <TabsTrigger key={id} value={id}>
                {label}{" "}
                {id === "changes" && view.diff.filesChanged > 0 ? <Badge className="h-4 px-1">{view.diff.filesChanged}</Badge> : null}
              </TabsTrigger>
            ))}
          </TabsList>
          <IconButton size="icon-sm" label={wide ? "Narrower" : "Wider"} onClick={() => setWide(!wide)}>
            {wide ? <Minimize2 aria-hidden /> : <Maximize2 aria-hidden />}
          </IconButton>
        </div>
        <TabsContent value="changes" data-scrolls className="min-h-0 flex-1 overflow-y-auto outline-none">
          <ChangesPanel sessionId={session.id} view={view} focus={focus} />
        </TabsContent>
        <TabsContent value="files" className="min-h-0 flex-1 overflow-hidden outline-none">
          <FilesPanel sessionId={session.id} view={view} focus={fileFocus} />
        </TabsContent>
        <TabsContent value="terminal" className="min-h-0 flex-1 overflow-hidden outline-none">
          <TerminalPanel sessionId={session.id} sandboxState={view.sandbox?.state ?? null} />
        </TabsContent>
        <TabsContent value="sandbox" className="min-h-0 flex-1 overflow-y-auto outline-none">
          <SandboxPanel sessionId={session.id} version={`${view.sandbox?.state}/${view.state}`} onTerminal={() => onTab("terminal")} />
        </TabsContent>
        <TabsContent value="run" className="min-h-0 flex-1 overflow-y-auto outline-none">
          <RunPanel session={session} view={view} />
        </TabsContent>
      </Tabs>
    </aside>
  );
}
