"use client";

import { useQuery } from "@tanstack/react-query";
import { Plug, Plus } from "lucide-react";
import { useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Section } from "../../ui/section.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { AddServerDialog } from "./add-server-dialog.tsx";
import { ServerRow } from "./server-row.tsx";
import { useSignInReturn } from "./use-sign-in-return.ts";

export function McpServersPage() {
  const trpc = useTRPC();
  const mayWrite = useWorkspace().may("mcp.write");
  const [adding, setAdding] = useState(false);
  const isReturning = useSignInReturn();
  const servers = useQuery(trpc.mcp.list.queryOptions());
  const add = mayWrite ? (
    <Button variant="primary" onClick={() => setAdding(true)} data-testid="add-mcp-server">
      <Plus aria-hidden />
      Add a server
    </Button>
  ) : null;
  const named = servers.data?.filter((server) => server.repositoryId !== null) ?? [];
  const own = servers.data?.filter((server) => server.repositoryId === null) ?? [];
  return (
    <>
      <Section
        title="MCP servers"
        description="Their tools stand beside the agent’s own, under the permission key server_tool. Header values and tokens are kept sealed and never enter a sandbox."
        actions={own.length > 0 ? add : null}
      >
        {servers.isPending || isReturning ? (
          <SkeletonRows rows={2} label={isReturning ? "Ending the sign-in" : "Loading the servers"} />
        ) : null}
        {servers.isError && !servers.data ? <ErrorState message={errorMessage(servers.error)} onRetry={() => servers.refetch()} /> : null}
        {servers.data && own.length === 0 ? (
          <EmptyState icon={Plug} title="No server yet" action={add}>
            {mayWrite
              ? "Add one by its address (Streamable HTTP), or a program that runs inside each session’s sandbox."
              : "An owner or admin of the workspace can add one."}
          </EmptyState>
        ) : null}
        <ServerList servers={own} mayWrite={mayWrite} />
      </Section>
      {named.length > 0 ? (
        <Section
          title="Named by repositories"
          description="From the mcp section of opencode.jsonc. The agent uses one after an admin has approved it, and again when its address or program changes."
        >
          <ServerList servers={named} mayWrite={mayWrite} />
        </Section>
      ) : null}
      <AddServerDialog open={adding} onOpenChange={setAdding} />
    </>
  );
}

function ServerList({ servers, mayWrite }: { servers: readonly Parameters<typeof ServerRow>[0]["server"][]; mayWrite: boolean }) {
  if (servers.length === 0) return null;
  return (
    <ul className="divide-y divide-line rounded-xl border border-line bg-surface shadow-card">
      {servers.map((server) => (
        <ServerRow key={server.id} server={server} mayWrite={mayWrite} />
      ))}
    </ul>
  );
}
