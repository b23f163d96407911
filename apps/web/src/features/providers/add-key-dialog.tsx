"use client";

import { providerKindSchema, providerKinds } from "@opencode/core/modules/providers/contract.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { providerNames } from "./provider-names.ts";
import { useAddKey } from "./use-add-key.ts";

export function AddKeyDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Add a provider’s key" description="It is tried out before it is kept.">
      <AddKeyForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function AddKeyForm({ onDone }: { onDone: () => void }) {
  const { provider, setProvider, label, setLabel, key, setKey, baseUrl, setBaseUrl, compatible, submit, busy, error } = useAddKey(onDone);

  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      <Field label="Provider">
        {({ id }) => (
          <Select
            id={id}
            label="Provider"
            value={provider}
            onChange={(value) => setProvider(providerKindSchema.parse(value))}
            options={providerKinds.map((kind) => ({ value: kind, label: providerNames[kind] }))}
          />
        )}
      </Field>
      <Field label="Name" hint="How the team calls it.">
        {(control) => (
          <Input
            {...control}
            value={label}
            maxLength={40}
            placeholder={providerNames[provider]}
            onChange={(event) => setLabel(event.target.value)}
          />
        )}
      </Field>
      {compatible ? (
        <Field label="Address" hint="Of the server’s API, usually ending in /v1.">
          {(control) => (
            <Input
              {...control}
              type="url"
              spellCheck={false}
              placeholder="https://models.example.com/v1"
              value={baseUrl}
              onChange={(event) => setBaseUrl(event.target.value)}
            />
          )}
        </Field>
      ) : null}
      <Field label={compatible ? "Key (if the server wants one)" : "Key"}>
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="off"
            spellCheck={false}
            value={key}
            onChange={(event) => setKey(event.target.value)}
            className="font-mono"
          />
        )}
      </Field>
      {error ? <Callout tone="danger">{error}</Callout> : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" busy={busy}>
          {busy ? "Trying it out" : "Add"}
        </Button>
      </div>
    </form>
  );
}
