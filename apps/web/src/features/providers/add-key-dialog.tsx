"use client";

import type { ProviderView } from "@opencode/core/modules/providers/contract.ts";
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { FormEnd } from "../../ui/form-end.tsx";
import { Input } from "../../ui/input.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { ProviderChoice } from "./provider-choice.tsx";
import { useAddKey } from "./use-add-key.ts";

export function AddKeyDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Add a provider’s key" description="It is tried out before it is kept.">
      <AddKeySteps onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function AddKeySteps({ onDone }: { onDone: () => void }) {
  const trpc = useTRPC();
  const providers = useQuery(trpc.providers.providers.queryOptions(undefined, { staleTime: 600_000 }));
  const [provider, setProvider] = useState<ProviderView | null>(null);
  if (provider) return <AddKeyForm provider={provider} onBack={() => setProvider(null)} onDone={onDone} />;
  if (providers.isError && !providers.data)
    return <ErrorState message={errorMessage(providers.error)} onRetry={() => providers.refetch()} />;
  if (!providers.data) return <SkeletonRows rows={4} label="Loading the providers" />;
  return <ProviderChoice providers={providers.data} onChoose={setProvider} />;
}

function AddKeyForm({ provider, onBack, onDone }: { provider: ProviderView; onBack: () => void; onDone: () => void }) {
  const form = useAddKey(provider, onDone);
  const [elsewhere, setElsewhere] = useState(false);
  const hasAddress = provider.baseUrl === "" || provider.key === "none" || elsewhere;
  return (
    <form onSubmit={form.submit} noValidate className="space-y-4">
      <button type="button" onClick={onBack} className="flex items-center gap-1.5 text-muted text-sm hover:text-fg">
        <ArrowLeft aria-hidden className="size-3.5" />
        {provider.name}
      </button>
      <Field label="Name" hint="How the team calls it.">
        {(control) => (
          <Input
            {...control}
            value={form.label}
            maxLength={40}
            placeholder={provider.name}
            onChange={(event) => form.setLabel(event.target.value)}
          />
        )}
      </Field>
      {provider.fields.map((field) => (
        <Field key={field.name} label={field.label}>
          {(control) => (
            <Input
              {...control}
              spellCheck={false}
              placeholder={field.placeholder}
              value={form.fields[field.name] ?? ""}
              onChange={(event) => form.setField(field.name, event.target.value)}
            />
          )}
        </Field>
      ))}
      {hasAddress ? (
        <Field label="Address" hint={elsewhere ? "A gateway or proxy in front of it." : "Of the server’s API, usually ending in /v1."}>
          {(control) => (
            <Input
              {...control}
              type="url"
              spellCheck={false}
              placeholder={provider.baseUrl || "https://models.example.com/v1"}
              value={form.baseUrl}
              onChange={(event) => form.setBaseUrl(event.target.value)}
            />
          )}
        </Field>
      ) : null}
      <KeyField provider={provider} value={form.key} onChange={form.setKey} />
      {hasAddress ? null : (
        <button type="button" onClick={() => setElsewhere(true)} className="text-accent text-sm hover:underline">
          Call it through a gateway
        </button>
      )}
      <FormEnd error={form.error} busy={form.busy} onCancel={onDone}>
        {form.busy ? "Trying it out" : "Add"}
      </FormEnd>
    </form>
  );
}

function KeyField({ provider, value, onChange }: { provider: ProviderView; value: string; onChange: (key: string) => void }) {
  const hint = provider.docsUrl ? (
    <a href={provider.docsUrl} target="_blank" rel="noreferrer" className="text-accent hover:underline">
      {provider.key === "none" ? "How it is set up" : "Where keys are made"}
    </a>
  ) : null;
  return (
    <Field
      label={
        provider.key === "none" ? "Key (if the server wants one)" : provider.key === "json" ? "Service account’s key file (JSON)" : "Key"
      }
      hint={hint}
    >
      {(control) =>
        provider.key === "json" ? (
          <textarea
            {...control}
            rows={5}
            spellCheck={false}
            autoComplete="off"
            placeholder='{"type": "service_account", …}'
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className="w-full rounded-md border border-line-strong bg-surface px-2.5 py-2 font-mono text-xs shadow-card"
          />
        ) : (
          <Input
            {...control}
            type="password"
            autoComplete="off"
            spellCheck={false}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className="font-mono"
          />
        )
      }
    </Field>
  );
}
