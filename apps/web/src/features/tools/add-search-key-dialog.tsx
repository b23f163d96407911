"use client";

import {
  addSearchKeySchema,
  type SearchProvider,
  searchProviderSchema,
  searchProviders,
} from "@opencode/core/modules/tools/search-keys/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { searchProviderNames } from "./search-provider-names.ts";

export function AddSearchKeyDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Add a web search" description="It is tried out before it is kept.">
      <AddSearchKeyForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function AddSearchKeyForm({ onDone }: { onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [provider, setProvider] = useState<SearchProvider>("brave");
  const [key, setKey] = useState("");
  const [baseUrl, setBaseUrl] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const add = useMutation(
    trpc.searchKeys.add.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.searchKeys.pathFilter());
        toast.success("The search works, and the agent can use it now.");
        onDone();
      },
    }),
  );
  const ownServer = provider === "searxng";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = addSearchKeySchema.safeParse({ provider, key, ...(ownServer ? { baseUrl: baseUrl.trim() } : {}) });
    setProblem(parsed.success ? null : (parsed.error.issues[0]?.message ?? "Check what you entered."));
    if (parsed.success) add.mutate(parsed.data);
  };
  const error = problem ?? (add.error ? errorMessage(add.error) : null);
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      <Field label="Provider">
        {({ id }) => (
          <Select
            id={id}
            label="Provider"
            value={provider}
            onChange={(value) => setProvider(searchProviderSchema.parse(value))}
            options={searchProviders.map((name) => ({ value: name, label: searchProviderNames[name] }))}
          />
        )}
      </Field>
      {ownServer ? (
        <Field label="Address" hint="Of your server; its settings must allow the format json.">
          {(control) => (
            <Input
              {...control}
              type="url"
              spellCheck={false}
              placeholder="https://search.example.com"
              value={baseUrl}
              onChange={(event) => setBaseUrl(event.target.value)}
            />
          )}
        </Field>
      ) : null}
      <Field label={ownServer ? "Token (if the server wants one)" : "Key"}>
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
        <Button type="submit" variant="primary" busy={add.isPending}>
          {add.isPending ? "Trying it out" : "Add"}
        </Button>
      </div>
    </form>
  );
}
