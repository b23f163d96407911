"use client";

import { AuditLog } from "../tenancy/audit-log.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { PermissionRules } from "./permission-rules.tsx";

/** What the agent may do by itself, and who changed what. */
export function PermissionsPage() {
  const { may } = useWorkspace();
  return (
    <>
      <PermissionRules />
      {may("audit.read") ? <AuditLog /> : null}
    </>
  );
}
