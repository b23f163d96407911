"use client";

import { useQuery } from "@tanstack/react-query";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { InstallationNotice } from "./installation-notice.tsx";
import { LifeSection } from "./life-section.tsx";
import { LimitsSection } from "./limits-section.tsx";
import { NetworkSection } from "./network-section.tsx";
import { SecretsSection } from "./secrets-section.tsx";

/** What every sandbox of the workspace may do and use; repositories may only narrow it. */
export function SandboxSettings() {
  const trpc = useTRPC();
  const { may } = useWorkspace();
  const policy = useQuery(trpc.sandboxes.policy.get.queryOptions());
  if (policy.isPending) return <SkeletonRows rows={4} label="Loading the policy" />;
  if (!policy.data) return <ErrorState message={errorMessage(policy.error)} onRetry={() => policy.refetch()} />;
  const mayWrite = may("sandboxPolicy.write");
  return (
    <div className="space-y-10" data-testid="sandbox-settings">
      <InstallationNotice />
      {mayWrite ? null : <p className="text-muted text-sm">Admins change these.</p>}
      <NetworkSection data={policy.data} mayWrite={mayWrite} />
      <SecretsSection mayWrite={mayWrite} />
      <LimitsSection data={policy.data} mayWrite={mayWrite} />
      <LifeSection data={policy.data} mayWrite={mayWrite} />
    </div>
  );
}
