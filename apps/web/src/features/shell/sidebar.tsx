"use client";

import { FolderGit2, ListTree, Settings } from "lucide-react";
import { usePathname } from "next/navigation";
import { RecentSessions } from "../sessions/list/recent-sessions.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { NewSessionLink } from "./new-session-link.tsx";
import { SidebarLink } from "./sidebar-link.tsx";
import { UserMenu } from "./user-menu.tsx";
import { WorkspaceSwitcher } from "./workspace-switcher.tsx";

export function Sidebar() {
  const { base } = useWorkspace();
  const pathname = usePathname();
  const isAt = (path: string) => pathname === path || pathname.startsWith(`${path}/`);
  return (
    <>
      <div className="flex items-center gap-1 p-2">
        <div className="min-w-0 flex-1">
          <WorkspaceSwitcher />
        </div>
        <NewSessionLink />
      </div>
      <nav aria-label="Workspace" className="space-y-0.5 px-2">
        <SidebarLink href={base} icon={ListTree} active={pathname === base}>
          Sessions
        </SidebarLink>
        <SidebarLink href={`${base}/repositories`} icon={FolderGit2} active={isAt(`${base}/repositories`)}>
          Repositories
        </SidebarLink>
        <SidebarLink href={`${base}/settings/general`} icon={Settings} active={isAt(`${base}/settings`)}>
          Settings
        </SidebarLink>
      </nav>
      <div className="mt-5 min-h-0 flex-1 overflow-y-auto px-2">
        <RecentSessions />
      </div>
      <div className="border-line border-t p-2">
        <UserMenu />
      </div>
    </>
  );
}
