"use client";

import { type SearchKeyView, searchProviders } from "@opencode/core/modules/tools/search-keys/contract.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Globe, Plus } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Age } from "../../ui/age.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Section } from "../../ui/section.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { AddSearchKeyDialog } from "./add-search-key-dialog.tsx";
import { searchProviderNames } from "./search-provider-names.ts";

/** What the agent searches the web with; without any it has no such tool. */
export function SearchKeys() {
  const trpc = useTRPC();
  const mayWrite = useWorkspace().may("searchKeys.write");
  const [adding, setAdding] = useState(false);
  const keys = useQuery(trpc.searchKeys.list.queryOptions());
  const add = mayWrite ? (
    <Button onClick={() => setAdding(true)} data-testid="add-search-key">
      <Plus aria-hidden />
      Add a search
    </Button>
  ) : null;
  return (
    <Section
      title="Web search"
      description="The first one that answers is used. Keys are tried out when they are entered, kept sealed, and never shown again."
      actions={(keys.data?.length ?? 0) > 0 ? add : null}
    >
      {keys.isPending ? <SkeletonRows rows={1} label="Loading the searches" /> : null}
      {keys.isError && !keys.data ? <ErrorState message={errorMessage(keys.error)} onRetry={() => keys.refetch()} /> : null}
      {keys.data?.length === 0 ? (
        <EmptyState icon={Globe} title="The agent can't search the web" action={add}>
          {mayWrite
            ? `Add a key of ${searchProviders.map((name) => searchProviderNames[name]).join(", ")}.`
            : "An owner or admin of the workspace can add a key."}
        </EmptyState>
      ) : null}
      {keys.data && keys.data.length > 0 ? (
        <ul className="divide-y divide-line rounded-xl border border-line bg-surface shadow-card">
          {keys.data.map((key) => (
            <SearchKeyRow key={key.id} searchKey={key} mayWrite={mayWrite} />
          ))}
        </ul>
      ) : null}
      <AddSearchKeyDialog open={adding} onOpenChange={setAdding} />
    </Section>
  );
}

function SearchKeyRow({ searchKey, mayWrite }: { searchKey: SearchKeyView; mayWrite: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.searchKeys.remove.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.searchKeys.pathFilter()),
      onError: (error) => toast.error(errorMessage(error)),
    }),
  );
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3" data-testid="search-key">
      <div className="min-w-0 flex-1 basis-52">
        <p className="font-medium">{searchProviderNames[searchKey.provider]}</p>
        <p className="flex flex-wrap gap-x-1.5 text-faint text-xs">
          {searchKey.hint === "" ? null : <span className="font-mono">{searchKey.hint}</span>}
          {searchKey.baseUrl ? <span className="break-all font-mono">{searchKey.baseUrl}</span> : null}
          <span>
            · added <Age at={searchKey.createdAt} ago />
          </span>
        </p>
        {searchKey.lastError ? <p className="mt-1 break-words text-danger text-sm">{searchKey.lastError}</p> : null}
      </div>
      {mayWrite ? (
        <Button size="sm" variant="danger" busy={remove.isPending} onClick={() => remove.mutate({ keyId: searchKey.id })}>
          Remove
        </Button>
      ) : null}
    </li>
  );
}
