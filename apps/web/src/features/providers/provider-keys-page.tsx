"use client";

import { useQuery } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Section } from "../../ui/section.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { SearchKeys } from "../tools/search-keys.tsx";
import { AddKeyDialog } from "./add-key-dialog.tsx";
import { ModelSettingsSections } from "./model-settings-sections.tsx";
import { ModelTable } from "./model-table.tsx";
import { ProviderKeyRow } from "./provider-key-row.tsx";

export function ProviderKeysPage() {
  const trpc = useTRPC();
  const { may } = useWorkspace();
  const mayWrite = may("providerKeys.write");
  const [adding, setAdding] = useState(false);
  const keys = useQuery(trpc.providers.keys.queryOptions());
  const add = mayWrite ? (
    <Button variant="primary" onClick={() => setAdding(true)} data-testid="add-provider-key">
      <Plus aria-hidden />
      Add a key
    </Button>
  ) : null;
  return (
    <>
      <Section
        title="Provider keys"
        description="Tried out when they are entered, kept sealed, and never shown again. They never enter a sandbox."
        actions={(keys.data?.length ?? 0) > 0 ? add : null}
      >
        {keys.isPending ? <SkeletonRows rows={2} label="Loading the keys" /> : null}
        {keys.isError && !keys.data ? <ErrorState message={errorMessage(keys.error)} onRetry={() => keys.refetch()} /> : null}
        {keys.data?.length === 0 ? (
          <EmptyState icon={KeyRound} title="No key yet" action={add}>
            {mayWrite
              ? "Add one from Anthropic, OpenAI or any compatible server, and the agent takes any task."
              : "An owner or admin of the workspace can add one."}
          </EmptyState>
        ) : null}
        {keys.data && keys.data.length > 0 ? (
          <ul className="divide-y divide-line rounded-xl border border-line bg-surface shadow-card">
            {keys.data.map((key) => (
              <ProviderKeyRow key={key.id} providerKey={key} mayWrite={mayWrite} />
            ))}
          </ul>
        ) : null}
      </Section>
      <ModelTable mayWrite={mayWrite} />
      {mayWrite ? <ModelSettingsSections /> : null}
      <SearchKeys />
      <AddKeyDialog open={adding} onOpenChange={setAdding} />
    </>
  );
}
