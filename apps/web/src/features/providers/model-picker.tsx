"use client";

import type { ModelInfo } from "@opencode/core/modules/providers/contract.ts";
import { Check, Search } from "lucide-react";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { cn } from "../../ui/cn.ts";
import { AbilityMarks } from "./ability-marks.tsx";
import { groupModels, matchingModels } from "./group-models.ts";
import { modelNote } from "./model-note.ts";

interface ModelPickerProps {
  models: readonly ModelInfo[];
  value: string;
  onChoose: (model: string) => void;
}

/** Models by provider, found by typing; arrows and Enter work from the search field. */
export function ModelPicker({ models, value, onChoose }: ModelPickerProps) {
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => matchingModels(models, query), [models, query]);
  const groups = groupModels(found);
  const flat = groups.flatMap((group) => group.models);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && flat.length > 0) {
      event.preventDefault();
      const next = (active + step + flat.length) % flat.length;
      setActive(next);
      list.current?.querySelectorAll("[role=option]")[next]?.scrollIntoView({ block: "nearest" });
    }
    const chosen = flat[active];
    if (event.key === "Enter" && chosen) {
      event.preventDefault();
      onChoose(chosen.id);
    }
  };

  return (
    <div className="flex max-h-96 flex-col">
      <label className="flex items-center gap-2 border-line border-b px-3">
        <Search aria-hidden className="size-3.5 shrink-0 text-faint" />
        <input
          aria-label="Search models"
          className="h-9 min-w-0 flex-1 bg-transparent text-sm outline-none placeholder:text-faint"
          placeholder="Search models"
          value={query}
          onKeyDown={onKeyDown}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
        />
      </label>
      <div ref={list} role="listbox" aria-label="Models" className="overflow-y-auto p-1">
        {flat.length === 0 ? <p className="px-2 py-6 text-center text-muted text-sm">No model is called that.</p> : null}
        {groups.map(({ provider, name, models: members }) => (
          <div key={provider}>
            <p className="px-2 pt-2 pb-1 font-medium text-faint text-xs">{name}</p>
            {members.map((model) => {
              const isActive = flat[active]?.id === model.id;
              return (
                <button
                  key={model.id}
                  type="button"
                  role="option"
                  aria-selected={model.id === value}
                  onMouseEnter={() => setActive(flat.findIndex((one) => one.id === model.id))}
                  onClick={() => onChoose(model.id)}
                  className={cn("flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left text-sm", isActive && "bg-hover")}
                >
                  <span className="min-w-0 flex-1">
                    <span className="flex items-center gap-1.5">
                      <span className="truncate">{model.source === "demo" ? "Demo model" : model.name}</span>
                      <AbilityMarks abilities={model.abilities} />
                    </span>
                    <span className="block truncate text-faint text-xs">{modelNote(model)}</span>
                  </span>
                  {model.id === value ? <Check aria-hidden className="size-3.5 shrink-0 text-accent" /> : null}
                </button>
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}
