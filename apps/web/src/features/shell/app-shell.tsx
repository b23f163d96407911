"use client";

import { Menu as MenuIcon } from "lucide-react";
import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { IconButton } from "../../ui/icon-button.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { NewSessionLink } from "./new-session-link.tsx";
import { Sidebar } from "./sidebar.tsx";
import { WorkspaceSwitcher } from "./workspace-switcher.tsx";

/** Sidebar and content; on small screens a bar on top whose menu opens the same sidebar. */
export function AppShell({ children }: { children: ReactNode }) {
  const pathname = usePathname();
  // The sheet belongs to the page it was opened on: going elsewhere closes it.
  const [openOn, setOpenOn] = useState<string | null>(null);
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-surface focus:px-3 focus:py-2 focus:shadow-pop"
      >
        Skip to content
      </a>
      <aside className="hidden w-60 shrink-0 flex-col border-line border-r bg-bg md:flex">
        <Sidebar />
      </aside>
      <div className="flex h-12 shrink-0 items-center gap-1 border-line border-b px-2 md:hidden">
        <IconButton label="Open menu" onClick={() => setOpenOn(pathname)}>
          <MenuIcon aria-hidden />
        </IconButton>
        <div className="min-w-0 flex-1">
          <WorkspaceSwitcher />
        </div>
        <NewSessionLink compact />
      </div>
      <Sheet open={openOn === pathname} onOpenChange={(open) => setOpenOn(open ? pathname : null)} label="Menu">
        <Sidebar />
      </Sheet>
      {/* Positioned, so that what is written for screen readers only scrolls with the page and does not lengthen the document. */}
      <main id="content" tabIndex={-1} className="relative min-h-0 min-w-0 flex-1 overflow-y-auto outline-none">
        {children}
      </main>
    </div>
  );
}
