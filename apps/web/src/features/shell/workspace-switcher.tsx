"use client";

import { useQuery } from "@tanstack/react-query";
import { Check, ChevronsUpDown, Plus } from "lucide-react";
import Link from "next/link";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "../../ui/menu.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";

export function WorkspaceSwitcher() {
  const trpc = useTRPC();
  const { workspace } = useWorkspace();
  const list = useQuery(trpc.workspaces.list.queryOptions(undefined, { staleTime: 60_000 }));
  return (
    <Menu
      align="start"
      className="w-60"
      trigger={
        <button
          type="button"
          aria-label={`Workspace ${workspace.name}. Switch`}
          className="flex h-8 w-full items-center gap-2 rounded-md px-1.5 text-left font-medium text-sm hover:bg-hover"
        >
          <Avatar name={workspace.name} square className="size-5" />
          <span className="min-w-0 flex-1 truncate">{workspace.name}</span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-faint" />
        </button>
      }
    >
      <MenuLabel>Workspaces</MenuLabel>
      {(list.data ?? [workspace]).map((entry) => (
        <MenuItem key={entry.id} asChild>
          <Link href={`/w/${entry.slug}`}>
            <Avatar name={entry.name} square className="size-5" />
            <span className="min-w-0 flex-1 truncate">{entry.name}</span>
            {entry.id === workspace.id ? <Check aria-label="current" /> : null}
          </Link>
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem asChild>
        <Link href="/workspaces">
          <Plus aria-hidden />
          Create or see all
        </Link>
      </MenuItem>
    </Menu>
  );
}
