"use client";

import { useQuery } from "@tanstack/react-query";
import { KeySquare, Plus } from "lucide-react";
import { useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Section } from "../../ui/section.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { ApiKeyRow } from "./api-key-row.tsx";
import { CreateApiKeyDialog } from "./create-api-key-dialog.tsx";
import { useWorkspace } from "./workspace-context.tsx";

export function ApiKeysPage() {
  const { may } = useWorkspace();
  if (!may("apiKeys.read")) return <Callout>Only owners and admins of the workspace see its API keys.</Callout>;
  return <ApiKeys />;
}

function ApiKeys() {
  const trpc = useTRPC();
  const { may } = useWorkspace();
  const [creating, setCreating] = useState(false);
  const keys = useQuery(trpc.apiKeys.list.queryOptions());
  const create = may("apiKeys.write") ? (
    <Button variant="primary" onClick={() => setCreating(true)} data-testid="create-api-key">
      <Plus aria-hidden />
      Create a key
    </Button>
  ) : null;
  return (
    <Section
      title="API keys"
      description={
        <>
          For programs that start and follow sessions over the{" "}
          <a href="/api/v1/openapi.json" className="text-accent hover:underline">
            REST API
          </a>
          .
        </>
      }
      actions={(keys.data?.length ?? 0) > 0 ? create : null}
    >
      {keys.isPending ? <SkeletonRows rows={2} label="Loading the keys" /> : null}
      {keys.isError && !keys.data ? <ErrorState message={errorMessage(keys.error)} onRetry={() => keys.refetch()} /> : null}
      {keys.data?.length === 0 ? (
        <EmptyState icon={KeySquare} title="No API key yet" action={create}>
          A key acts for this workspace, within its scopes, until it is revoked.
        </EmptyState>
      ) : null}
      {keys.data && keys.data.length > 0 ? (
        <ul className="divide-y divide-line rounded-xl border border-line bg-surface shadow-card">
          {keys.data.map((key) => (
            <ApiKeyRow key={key.id} apiKey={key} mayRevoke={may("apiKeys.write")} />
          ))}
        </ul>
      ) : null}
      <CreateApiKeyDialog open={creating} onOpenChange={setCreating} />
    </Section>
  );
}
