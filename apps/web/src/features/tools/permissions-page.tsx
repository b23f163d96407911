"use client";

import { AuditLog } from "../tenancy/audit-log.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { LayersOverview } from "./layers-overview.tsx";
import { PermissionRules } from "./permission-rules.tsx";
import { PolicySection } from "./policy-section.tsx";
import { RepositoryPermissions } from "./repository-permissions.tsx";

/** What the agent may do by itself, and who changed what. */
export function PermissionsPage() {
  const { may } = useWorkspace();
  return (
    <>
      <LayersOverview />
      <PolicySection />
      <PermissionRules />
      <RepositoryPermissions />
      {may("audit.read") ? <AuditLog /> : null}
    </>
  );
}
