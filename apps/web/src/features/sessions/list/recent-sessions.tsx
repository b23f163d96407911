"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "../../../ui/cn.ts";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { stateLooks } from "../state-look.ts";
import { StateMark } from "../state-mark.tsx";
import { useSessions } from "./use-sessions.ts";

const shown = 12;

/** The latest sessions, in the sidebar. */
export function RecentSessions() {
  const { base } = useWorkspace();
  const pathname = usePathname();
  const sessions = useSessions(null);
  const rows = sessions.data?.pages[0]?.items.slice(0, shown) ?? [];
  if (rows.length === 0) return null;
  return (
    <nav aria-label="Recent sessions">
      <h2 className="px-2 pb-1 font-medium text-faint text-xs">Recent</h2>
      <ul className="space-y-0.5 pb-2">
        {rows.map((session) => {
          const href = `${base}/sessions/${session.id}`;
          const active = pathname === href;
          return (
            <li key={session.id}>
              <Link
                href={href}
                aria-current={active ? "page" : undefined}
                title={`${session.title || "Untitled session"} (${stateLooks[session.state].label})`}
                className={cn(
                  "flex h-8 items-center gap-2 rounded-md px-2 text-sm transition-colors",
                  active ? "bg-hover font-medium text-fg" : "text-muted hover:bg-hover hover:text-fg",
                )}
              >
                <StateMark state={session.state} hasWork={session.diff.filesChanged > 0} className="size-3.5" />
                <span className="truncate">{session.title || "Untitled session"}</span>
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
