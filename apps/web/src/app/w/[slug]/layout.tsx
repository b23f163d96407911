import type { ReactNode } from "react";
import { AppShell } from "../../../features/shell/app-shell.tsx";
import { WorkspaceGate } from "../../../features/tenancy/workspace-gate.tsx";
import { ApiProvider } from "../../../trpc/api-provider.tsx";

export default async function WorkspaceLayout({ params, children }: { params: Promise<{ slug: string }>; children: ReactNode }) {
  const { slug } = await params;
  return (
    <ApiProvider key={slug} workspaceSlug={slug}>
      <WorkspaceGate>
        <AppShell>{children}</AppShell>
      </WorkspaceGate>
    </ApiProvider>
  );
}
