"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronDown, Sparkles } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { ModelPicker } from "./model-picker.tsx";

/** The models that may be used here. */
export function ModelSelect({ value, onChange }: { value: string; onChange: (model: string) => void }) {
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const models = useQuery(trpc.providers.models.queryOptions(undefined, { staleTime: 60_000 }));
  const known = models.data?.models ?? [];
  const chosen = known.find((model) => model.id === value);
  // A session may name a model that is gone since.
  const label = chosen?.source === "demo" ? "Demo model" : (chosen?.name ?? value);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        aria-label="Model"
        role="combobox"
        aria-expanded={open}
        className="inline-flex h-7 min-w-0 max-w-44 items-center gap-1.5 rounded-md px-2 text-muted text-sm transition-colors hover:bg-hover hover:text-fg data-[state=open]:bg-hover sm:max-w-64"
      >
        <Sparkles aria-hidden className="size-3.5 shrink-0" />
        <span className="truncate">{label || (models.isPending ? "Models…" : "Choose a model")}</span>
        <ChevronDown aria-hidden className="size-3.5 shrink-0 text-faint" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 w-[min(26rem,calc(100vw-1rem))] animate-in overflow-hidden rounded-lg border border-line bg-surface shadow-pop"
        >
          <ModelPicker
            models={known}
            value={value}
            onChoose={(model) => {
              onChange(model);
              setOpen(false);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
