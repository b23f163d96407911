"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { cn } from "../../ui/cn.ts";
import { Page } from "../../ui/page.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";

const tabs = [
  { path: "general", label: "General", needs: "workspace.read" },
  { path: "members", label: "Members", needs: "members.read" },
  { path: "providers", label: "Providers", needs: "providerKeys.read" },
  { path: "usage", label: "Usage", needs: "usage.read" },
  { path: "api-keys", label: "API keys", needs: "apiKeys.read" },
  { path: "skills", label: "Skills", needs: "skills.read" },
  { path: "mcp", label: "MCP servers", needs: "mcp.read" },
  { path: "sandbox", label: "Sandbox", needs: "sandboxes.read" },
  { path: "agents", label: "Agents", needs: "agents.read" },
  { path: "permissions", label: "Permissions", needs: "permissionRules.read" },
] as const;

/** On a small screen the row of tabs is wider than the page, and the current one may stand out of sight. */
const bringIntoSight = (tab: HTMLElement | null) => tab?.scrollIntoView({ block: "nearest", inline: "center" });

/** The settings pages, one beside the other. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  const { base, may } = useWorkspace();
  const pathname = usePathname();
  return (
    <Page>
      <PageHeader title="Settings" />
      <nav aria-label="Settings" className="-mx-4 overflow-x-auto border-line border-b px-4 [scrollbar-width:none] sm:mx-0 sm:px-0">
        <ul className="flex w-max gap-5">
          {tabs
            .filter(({ needs }) => may(needs))
            .map(({ path, label }) => {
              const active = pathname === `${base}/settings/${path}`;
              return (
                <li key={path}>
                  <Link
                    ref={active ? bringIntoSight : undefined}
                    href={`${base}/settings/${path}`}
                    aria-current={active ? "page" : undefined}
                    className={cn(
                      "-mb-px block whitespace-nowrap border-b-2 py-2 font-medium text-sm transition-colors",
                      active ? "border-accent text-fg" : "border-transparent text-muted hover:text-fg",
                    )}
                  >
                    {label}
                  </Link>
                </li>
              );
            })}
        </ul>
      </nav>
      <div className="space-y-10">{children}</div>
    </Page>
  );
}
