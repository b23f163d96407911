"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, SlidersHorizontal, X } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { formatCount } from "../../ui/format-count.ts";
import { Section } from "../../ui/section.tsx";
import { AbilityMarks } from "./ability-marks.tsx";
import { CustomModelForm } from "./custom-model-form.tsx";
import { dollarsOf } from "./model-note.ts";

/** Models as this workspace describes them: new ones, or other prices and sizes of known ones. */
export function CustomModels() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [adding, setAdding] = useState(false);
  const models = useQuery(trpc.providers.customModels.queryOptions());
  const remove = useMutation(
    trpc.providers.removeModel.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.providers.pathFilter()),
      onError: (error) => toast.error(errorMessage(error)),
    }),
  );
  const add = (
    <Button size="sm" onClick={() => setAdding(true)}>
      <Plus aria-hidden />
      Add an entry
    </Button>
  );
  return (
    <Section
      title="Own entries"
      description="Models that are not in the list, or that cost and hold something else here: a price agreed upon, a server of your own."
      actions={(models.data?.length ?? 0) > 0 ? add : null}
    >
      {models.data?.length === 0 ? (
        <EmptyState icon={SlidersHorizontal} title="No own entries" action={add}>
          Name a model of one of your providers, with its size, price and abilities.
        </EmptyState>
      ) : null}
      {models.data && models.data.length > 0 ? (
        <ul className="divide-y divide-line rounded-xl border border-line bg-surface shadow-card">
          {models.data.map((model) => (
            <li key={model.id} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2" data-testid="custom-model">
              <span className="font-medium text-sm">{model.label}</span>
              <AbilityMarks abilities={model.abilities} />
              <code className="min-w-0 break-all font-mono text-faint text-xs">{model.modelId}</code>
              <span className="ml-auto text-faint text-xs tabular-nums">
                {model.contextTokens === null ? "" : `${formatCount(model.contextTokens)} context · `}
                {model.price ? `$${dollarsOf(model.price.input)} in, $${dollarsOf(model.price.output)} out / M` : "price unknown"}
              </span>
              <Button
                size="icon-sm"
                variant="ghost"
                aria-label={`Remove the entry ${model.label}`}
                disabled={remove.isPending}
                onClick={() => remove.mutate({ id: model.id })}
              >
                <X aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      <Dialog open={adding} onOpenChange={setAdding} title="An own entry" description="The same id again takes the first entry’s place.">
        <CustomModelForm onDone={() => setAdding(false)} />
      </Dialog>
    </Section>
  );
}
