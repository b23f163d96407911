"use client";

import { Badge } from "../../ui/badge.tsx";
import { Tabs, TabsList, TabsTrigger } from "../../ui/tabs.tsx";
import type { SideTab } from "./side-panel.tsx";

type SmallTab = "conversation" | SideTab;

interface SmallTabsProps {
  value: SmallTab;
  files: number;
  onChange: (tab: SmallTab) => void;
}

/** On small screens: one thing at a time. */
export function SmallTabs({ value, files, onChange }: SmallTabsProps) {
  return (
    <Tabs
      value={value}
      onValueChange={(next) => {
        if (next === "conversation" || next === "changes" || next === "run") onChange(next);
      }}
      className="shrink-0 border-line border-b px-4 lg:hidden"
    >
      <TabsList label="Parts of the session">
        <TabsTrigger value="conversation">Conversation</TabsTrigger>
        <TabsTrigger value="changes">Changes {files > 0 ? <Badge className="h-4 px-1">{files}</Badge> : null}</TabsTrigger>
        <TabsTrigger value="run">Run</TabsTrigger>
      </TabsList>
    </Tabs>
  );
}
