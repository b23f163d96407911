"use client";

import { Badge } from "../../ui/badge.tsx";
import { Tabs, TabsList, TabsTrigger } from "../../ui/tabs.tsx";
import { isSideTab, type SideTab, sideTabs } from "./side-tabs.ts";

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
        if (next === "conversation" || isSideTab(next)) onChange(next);
      }}
      className="shrink-0 overflow-x-auto border-line border-b px-4 [scrollbar-width:none] lg:hidden"
    >
      <TabsList label="Parts of the session">
        <TabsTrigger value="conversation">Conversation</TabsTrigger>
        {sideTabs.map(({ id, label }) => (
          <TabsTrigger key={id} value={id}>
            {label} {id === "changes" && files > 0 ? <Badge className="h-4 px-1">{files}</Badge> : null}
          </TabsTrigger>
        ))}
      </TabsList>
    </Tabs>
  );
}
