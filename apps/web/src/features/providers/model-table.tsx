"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Input } from "../../ui/input.tsx";
import { Section } from "../../ui/section.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { AbilityMarks } from "./ability-marks.tsx";
import { groupModels, matchingModels } from "./group-models.ts";
import { modelNote } from "./model-note.ts";

const searchedFrom = 8;

/** The models that can be called right now. */
export function ModelTable({ mayWrite }: { mayWrite: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [query, setQuery] = useState("");
  const models = useQuery(trpc.providers.models.queryOptions());
  const refresh = useMutation(
    trpc.providers.refreshModels.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.providers.pathFilter()),
      onError: (error) => toast.error(errorMessage(error)),
    }),
  );
  const all = models.data?.models ?? [];
  const found = matchingModels(all, query);
  return (
    <Section
      title="Models"
      description="What you can use here, through this workspace’s keys, the server’s own, or this machine."
      actions={
        mayWrite ? (
          <Button size="sm" busy={refresh.isPending} onClick={() => refresh.mutate()}>
            <RefreshCw aria-hidden />
            Ask the servers again
          </Button>
        ) : null
      }
    >
      {models.isPending ? <SkeletonRows rows={2} label="Loading the models" /> : null}
      {models.isError && !models.data ? <ErrorState message={errorMessage(models.error)} onRetry={() => models.refetch()} /> : null}
      {all.length >= searchedFrom ? (
        <Input
          aria-label="Search models"
          placeholder={`Search ${all.length} models`}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      ) : null}
      {models.data ? (
        <div className="max-h-[32rem] overflow-y-auto rounded-xl border border-line bg-surface shadow-card">
          {found.length === 0 ? <p className="p-4 text-center text-muted text-sm">No model is called that.</p> : null}
          {groupModels(found).map((group) => (
            <div key={group.provider} className="border-line not-first:border-t">
              <h3 className="bg-subtle px-4 py-1.5 font-medium text-muted text-xs">{group.name}</h3>
              <ul className="divide-y divide-line">
                {group.models.map((model) => (
                  <li key={model.id} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2">
                    <span className="font-medium text-sm">{model.name}</span>
                    <AbilityMarks abilities={model.abilities} />
                    {model.id === models.data.defaultModel ? <Badge tone="accent">default</Badge> : null}
                    {model.isCustom ? <Badge>own entry</Badge> : null}
                    <code className="min-w-0 break-all font-mono text-faint text-xs">{model.id}</code>
                    <span className="ml-auto text-faint text-xs tabular-nums">{modelNote(model)}</span>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </div>
      ) : null}
    </Section>
  );
}
