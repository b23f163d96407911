"use client";

import { useQuery } from "@tanstack/react-query";
import { Sparkles } from "lucide-react";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Select } from "../../ui/select.tsx";
import { modelNote } from "./model-note.ts";

/** The models that may be used here. */
export function ModelSelect({ value, onChange }: { value: string; onChange: (model: string) => void }) {
  const trpc = useTRPC();
  const models = useQuery(trpc.providers.models.queryOptions(undefined, { staleTime: 60_000 }));
  const known = models.data?.models ?? [];
  const options = known.map((model) => ({
    value: model.id,
    label: model.source === "demo" ? "Demo model" : model.name,
    note: modelNote(model),
  }));
  // A session may name a model that is gone since.
  const all = value !== "" && !known.some((model) => model.id === value) ? [{ value, label: value, note: undefined }, ...options] : options;
  return (
    <Select
      look="quiet"
      label="Model"
      value={value}
      onChange={onChange}
      options={all}
      placeholder={models.isPending ? "Models…" : "Choose a model"}
      icon={<Sparkles aria-hidden className="size-3.5 shrink-0" />}
      className="max-w-44 sm:max-w-64"
    />
  );
}
