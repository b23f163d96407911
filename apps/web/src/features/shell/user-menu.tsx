"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronsUpDown, LogOut } from "lucide-react";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Menu, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { ThemeToggle } from "../../ui/theme-toggle.tsx";
import { leave } from "../auth/leave.ts";

export function UserMenu() {
  const trpc = useTRPC();
  const me = useQuery(trpc.auth.me.queryOptions(undefined, { staleTime: 300_000 }));
  if (!me.data) return <Skeleton className="m-1 h-7" />;
  const name = me.data.name ?? me.data.email;
  return (
    <Menu
      align="start"
      side="top"
      className="w-56"
      trigger={
        <button
          type="button"
          aria-label={`Account of ${name}`}
          className="flex h-9 w-full items-center gap-2 rounded-md px-1.5 text-left text-sm hover:bg-hover"
        >
          <Avatar name={name} />
          <span className="min-w-0 flex-1 truncate">{name}</span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-faint" />
        </button>
      }
    >
      <div className="truncate px-2 py-1.5 text-faint text-xs">{me.data.email}</div>
      <div className="flex items-center justify-between px-2 py-1.5 text-sm">
        Theme
        <ThemeToggle />
      </div>
      <MenuSeparator />
      <MenuItem onSelect={() => leave("/sign-in")}>
        <LogOut aria-hidden />
        Sign out
      </MenuItem>
    </Menu>
  );
}
