"use client";

import type { ModelChain } from "@opencode/core/modules/providers/contract.ts";
import { useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, Plus, Route, X } from "lucide-react";
import { useState } from "react";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Section } from "../../ui/section.tsx";
import { CircuitNotes } from "./circuit-notes.tsx";
import { ModelField } from "./model-field.tsx";

interface FallbackChainsProps {
  chains: readonly ModelChain[];
  busy: boolean;
  onChange: (chains: ModelChain[]) => void;
}

/** Who stands in for whom while a model's provider is down or refuses calls. */
export function FallbackChains({ chains, busy, onChange }: FallbackChainsProps) {
  const [adding, setAdding] = useState(false);
  const replace = (index: number, chain: ModelChain | null) =>
    onChange(chains.flatMap((one, at) => (at !== index ? [one] : chain && chain.fallbacks.length > 0 ? [chain] : [])));
  return (
    <Section
      title="Fallbacks"
      description="When a provider is down, overloaded or takes no more calls, the next model goes on. The session shows the switch; a half answer is taken back, never mixed."
      actions={
        chains.length > 0 && !adding ? (
          <Button size="sm" onClick={() => setAdding(true)}>
            <Plus aria-hidden />
            Add
          </Button>
        ) : null
      }
    >
      <CircuitNotes />
      {chains.length === 0 && !adding ? (
        <EmptyState
          icon={Route}
          title="No fallbacks"
          action={
            <Button onClick={() => setAdding(true)}>
              <Plus aria-hidden />
              Add a fallback
            </Button>
          }
        >
          Without one, a failed call is tried again at the same provider.
        </EmptyState>
      ) : null}
      <ul className="space-y-2">
        {chains.map((chain, index) => (
          <ChainRow key={chain.model} chain={chain} busy={busy} onChange={(next) => replace(index, next)} />
        ))}
      </ul>
      {adding ? (
        <NewChain
          taken={chains.map((chain) => chain.model)}
          onCancel={() => setAdding(false)}
          onAdd={(chain) => {
            setAdding(false);
            onChange([...chains, chain]);
          }}
        />
      ) : null}
    </Section>
  );
}

function ChainRow({ chain, busy, onChange }: { chain: ModelChain; busy: boolean; onChange: (chain: ModelChain | null) => void }) {
  const { fallbacks } = chain;
  const move = (from: number, to: number) => {
    const moved = [...fallbacks];
    moved.splice(to, 0, ...moved.splice(from, 1));
    onChange({ ...chain, fallbacks: moved });
  };
  return (
    <li className="rounded-xl border border-line bg-surface p-3 shadow-card" data-testid="fallback-chain">
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 break-all font-medium text-sm">{chain.model === "*" ? "Any model" : chain.model}</span>
        <Button
          size="icon-sm"
          variant="ghost"
          aria-label={`Remove the fallbacks of ${chain.model}`}
          disabled={busy}
          onClick={() => onChange(null)}
        >
          <X aria-hidden />
        </Button>
      </div>
      <ol className="mt-1 space-y-1">
        {fallbacks.map((model, index) => (
          <li key={model} className="flex items-center gap-1 text-sm">
            <Badge>{index + 1}</Badge>
            <code className="min-w-0 flex-1 break-all px-1 font-mono text-muted text-xs">{model}</code>
            <Button
              size="icon-sm"
              variant="ghost"
              aria-label={`Move ${model} up`}
              disabled={busy || index === 0}
              onClick={() => move(index, index - 1)}
            >
              <ArrowUp aria-hidden />
            </Button>
            <Button
              size="icon-sm"
              variant="ghost"
              aria-label={`Move ${model} down`}
              disabled={busy || index === fallbacks.length - 1}
              onClick={() => move(index, index + 1)}
            >
              <ArrowDown aria-hidden />
            </Button>
            <Button
              size="icon-sm"
              variant="ghost"
              aria-label={`Remove ${model}`}
              disabled={busy}
              onClick={() => onChange({ ...chain, fallbacks: fallbacks.filter((one) => one !== model) })}
            >
              <X aria-hidden />
            </Button>
          </li>
        ))}
      </ol>
      <ModelField
        label="Then"
        value=""
        placeholder="Add another model"
        exclude={[chain.model, ...fallbacks]}
        onChange={(model) => onChange({ ...chain, fallbacks: [...fallbacks, model] })}
      />
    </li>
  );
}

function NewChain({ taken, onAdd, onCancel }: { taken: readonly string[]; onAdd: (chain: ModelChain) => void; onCancel: () => void }) {
  const trpc = useTRPC();
  const models = useQuery(trpc.providers.models.queryOptions());
  const [model, setModel] = useState("");
  const [fallback, setFallback] = useState("");
  const tooFew = (models.data?.models.length ?? 0) < 2;
  return (
    <div className="space-y-3 rounded-xl border border-line bg-surface p-3 shadow-card">
      {tooFew ? <p className="text-muted text-sm">There is one model only. Add a second provider’s key first.</p> : null}
      <ModelField label="Instead of" value={model} any exclude={taken} onChange={setModel} />
      <ModelField label="Take" value={fallback} exclude={[model]} onChange={setFallback} />
      <div className="flex justify-end gap-2">
        <Button size="sm" onClick={onCancel}>
          Cancel
        </Button>
        <Button
          size="sm"
          variant="primary"
          disabled={model === "" || fallback === ""}
          onClick={() => onAdd({ model, fallbacks: [fallback] })}
        >
          Add
        </Button>
      </div>
    </div>
  );
}
