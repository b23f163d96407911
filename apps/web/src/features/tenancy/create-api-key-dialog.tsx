"use client";

import { type ApiKeyScope, apiKeyScopes, createApiKeySchema } from "@opencode/core/modules/tenancy/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { FormEnd } from "../../ui/form-end.tsx";
import { Input } from "../../ui/input.tsx";
import { SecretOnce } from "../../ui/secret-once.tsx";
import { Select } from "../../ui/select.tsx";

const scopeTexts: Readonly<Record<(typeof apiKeyScopes)[number], string>> = {
  "sessions:read": "Read and follow sessions",
  "sessions:write": "Start sessions and write to them",
  "repositories:read": "List repositories",
  "repositories:write": "Connect and remove repositories",
};
const lifetimes = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "A year" },
  { value: "never", label: "Until it is revoked" },
];

export function CreateApiKeyDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Create an API key">
      <CreateApiKeyForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function CreateApiKeyForm({ onDone }: { onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly ApiKeyScope[]>(["sessions:read", "sessions:write"]);
  const [lifetime, setLifetime] = useState("90");
  const [problem, setProblem] = useState<string | null>(null);
  const create = useMutation(
    trpc.apiKeys.create.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.apiKeys.pathFilter()) }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = createApiKeySchema.safeParse({ name, scopes, ...(lifetime === "never" ? {} : { expiresInDays: Number(lifetime) }) });
    setProblem(parsed.success ? null : (parsed.error.issues[0]?.message ?? null));
    if (parsed.success) create.mutate(parsed.data);
  };
  if (create.data) {
    return (
      <div className="space-y-4">
        <SecretOnce label="API key" secret={create.data.key} note="Copy it now: it is kept only as a hash and can’t be shown again." />
        <div className="flex justify-end">
          <Button variant="primary" onClick={onDone}>
            Done
          </Button>
        </div>
      </div>
    );
  }
  const error = problem ?? (create.error ? errorMessage(create.error) : null);
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      <Field label="Name" hint="What uses it, e.g. “nightly build”.">
        {(control) => <Input {...control} value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <fieldset className="space-y-1.5">
        <legend className="mb-1.5 font-medium text-sm">May</legend>
        {apiKeyScopes.map((scope) => (
          <label key={scope} className="flex items-center gap-2 text-sm">
            <input
              type="checkbox"
              className="size-4 accent-accent-solid"
              checked={scopes.includes(scope)}
              onChange={(event) => setScopes(event.target.checked ? [...scopes, scope] : scopes.filter((entry) => entry !== scope))}
            />
            {scopeTexts[scope]}
            <code className="font-mono text-faint text-xs">{scope}</code>
          </label>
        ))}
      </fieldset>
      <Field label="Works for">
        {({ id }) => <Select id={id} label="Works for" value={lifetime} onChange={setLifetime} options={lifetimes} />}
      </Field>
      <FormEnd error={error} busy={create.isPending} onCancel={onDone}>
        Create
      </FormEnd>
    </form>
  );
}
