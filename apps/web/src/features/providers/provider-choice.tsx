"use client";

import type { ProviderView } from "@opencode/core/modules/providers/contract.ts";
import { Search } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../ui/badge.tsx";

interface ProviderChoiceProps {
  providers: readonly ProviderView[];
  onChoose: (provider: ProviderView) => void;
}

/** Every provider, found by typing. */
export function ProviderChoice({ providers, onChoose }: ProviderChoiceProps) {
  const [query, setQuery] = useState("");
  const found = providers.filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(query.trim().toLowerCase()));
  return (
    <div className="rounded-lg border border-line">
      <label className="flex items-center gap-2 border-line border-b px-3">
        <Search aria-hidden className="size-3.5 shrink-0 text-faint" />
        <input
          aria-label="Search providers"
          className="h-9 min-w-0 flex-1 bg-transparent text-sm outline-none placeholder:text-faint"
          placeholder={`Search ${providers.length} providers`}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      </label>
      <ul aria-label="Providers" className="max-h-72 overflow-y-auto p-1">
        {found.map((provider) => (
          <li key={provider.id}>
            <button
              type="button"
              onClick={() => onChoose(provider)}
              className="flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left text-sm hover:bg-hover focus-visible:bg-hover"
            >
              <span className="min-w-0 flex-1 truncate">{provider.name}</span>
              {provider.onPlatform ? <Badge tone="success">on this server</Badge> : null}
              <span className="shrink-0 text-faint text-xs">
                {provider.modelCount > 0 ? `${provider.modelCount} known models` : "lists its own models"}
              </span>
            </button>
          </li>
        ))}
        {found.length === 0 ? (
          <li className="px-2 py-4 text-center text-muted text-sm">Not among them. Take “Another OpenAI-compatible server”.</li>
        ) : null}
      </ul>
    </div>
  );
}
