"use client";

import { useQuery } from "@tanstack/react-query";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Badge } from "../../ui/badge.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Section } from "../../ui/section.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { modelNote } from "./model-note.ts";

/** The models that can be called right now. */
export function ModelTable() {
  const trpc = useTRPC();
  const models = useQuery(trpc.providers.models.queryOptions());
  return (
    <Section title="Models" description="What a session can use, through this workspace’s keys, the server’s own, or this machine.">
      {models.isPending ? <SkeletonRows rows={2} label="Loading the models" /> : null}
      {models.isError && !models.data ? <ErrorState message={errorMessage(models.error)} onRetry={() => models.refetch()} /> : null}
      {models.data ? (
        <ul className="divide-y divide-line rounded-xl border border-line bg-surface shadow-card">
          {models.data.models.map((model) => (
            <li key={model.id} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2.5">
              <span className="font-medium text-sm">{model.name}</span>
              {model.id === models.data.defaultModel ? <Badge tone="accent">default</Badge> : null}
              <code className="min-w-0 break-all font-mono text-faint text-xs">{model.id}</code>
              <span className="ml-auto text-faint text-xs tabular-nums">{modelNote(model)}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </Section>
  );
}
