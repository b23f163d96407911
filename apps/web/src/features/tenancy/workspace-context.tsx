"use client";

import type { WorkspaceView } from "@opencode/core/modules/tenancy/contract.ts";
import { type Permission, roleMay } from "@opencode/core/modules/tenancy/permissions.ts";
import { createContext, type ReactNode, useContext, useMemo } from "react";

interface WorkspaceContextValue {
  readonly workspace: WorkspaceView;
  /** path of the workspace's pages, without a slash at the end */
  readonly base: string;
  /** what the viewer's role allows: decides what is shown; the server decides what is done */
  readonly may: (permission: Permission) => boolean;
}

const WorkspaceContext = createContext<WorkspaceContextValue | null>(null);

export function WorkspaceContextProvider({ workspace, children }: { workspace: WorkspaceView; children: ReactNode }) {
  const value = useMemo(
    () => ({ workspace, base: `/w/${workspace.slug}`, may: (permission: Permission) => roleMay(workspace.role, permission) }),
    [workspace],
  );
  return <WorkspaceContext value={value}>{children}</WorkspaceContext>;
}

/** The workspace that the page belongs to. */
export function useWorkspace(): WorkspaceContextValue {
  const value = useContext(WorkspaceContext);
  if (!value) throw new Error("useWorkspace belongs below a workspace's layout");
  return value;
}
