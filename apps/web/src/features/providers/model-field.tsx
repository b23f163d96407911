"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { ModelPicker } from "./model-picker.tsx";

interface ModelFieldProps {
  label: string;
  value: string;
  onChange: (model: string) => void;
  exclude?: readonly string[];
  /** offers “Any model” too */
  any?: boolean;
  placeholder?: string;
}

/** A model of the workspace, in a form. */
export function ModelField({ label, value, onChange, exclude = [], any = false, placeholder = "Choose a model" }: ModelFieldProps) {
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const models = useQuery(trpc.providers.models.queryOptions());
  const offered = (models.data?.models ?? []).filter((model) => !exclude.includes(model.id));
  const choose = (model: string) => {
    onChange(model);
    setOpen(false);
  };
  return (
    <div className="mt-2 flex items-center gap-2 text-sm">
      <span className="w-20 shrink-0 text-muted">{label}</span>
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger
          aria-label={label}
          className="inline-flex h-8 min-w-0 flex-1 items-center justify-between gap-1.5 rounded-md border border-line-strong bg-surface px-2.5 shadow-card hover:border-faint"
        >
          <span className="truncate">{value === "*" ? "Any model" : value || <span className="text-faint">{placeholder}</span>}</span>
          <ChevronDown aria-hidden className="size-3.5 shrink-0 text-faint" />
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            align="start"
            sideOffset={4}
            collisionPadding={8}
            className="z-50 w-[min(26rem,calc(100vw-1rem))] animate-in overflow-hidden rounded-lg border border-line bg-surface shadow-pop"
          >
            {any && !exclude.includes("*") ? (
              <button
                type="button"
                onClick={() => choose("*")}
                className="block w-full border-line border-b px-3 py-2 text-left text-sm hover:bg-hover"
              >
                Any model
              </button>
            ) : null}
            <ModelPicker models={offered} value={value} onChoose={choose} />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </div>
  );
}
