"use client";

import { setupSecretSchema } from "@opencode/core/modules/sandbox/contract.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Age } from "../../ui/age.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { Section } from "../../ui/section.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";

/** Values that setup commands find in their environment. They can be set and removed, never read. */
export function SecretsSection({ mayWrite }: { mayWrite: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const secrets = useQuery(trpc.sandboxes.secrets.list.queryOptions());
  const remove = useMutation(
    trpc.sandboxes.secrets.remove.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.sandboxes.secrets.pathFilter()),
      onError: (error) => toast.error(errorMessage(error)),
    }),
  );
  return (
    <Section
      title="Setup secrets"
      description="For the setup commands that a repository names (sandbox.secrets in opencode.jsonc), such as a registry’s token. The agent and its commands never see them; nobody can read them back."
    >
      <Card className="divide-y divide-line">
        {secrets.isPending ? <SkeletonRows rows={1} label="Loading the secrets" /> : null}
        {secrets.error && !secrets.data ? <ErrorState message={errorMessage(secrets.error)} onRetry={() => secrets.refetch()} /> : null}
        {secrets.data?.length === 0 ? <p className="px-4 py-3 text-muted text-sm">None yet.</p> : null}
        {secrets.data?.map(({ name, updatedAt }) => (
          <div key={name} className="flex items-center gap-3 px-4 py-2" data-testid="setup-secret">
            <KeyRound aria-hidden className="size-4 shrink-0 text-faint" />
            <code className="min-w-0 flex-1 truncate font-mono text-sm">{name}</code>
            <span className="text-faint text-xs">
              set <Age at={updatedAt} ago />
            </span>
            {mayWrite ? (
              <IconButton label={`Remove ${name}`} disabled={remove.isPending} onClick={() => remove.mutate({ name })}>
                <Trash2 aria-hidden />
              </IconButton>
            ) : null}
          </div>
        ))}
        {mayWrite ? <SecretForm /> : null}
      </Card>
    </Section>
  );
}

function SecretForm() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const [problem, setProblem] = useState<{ name?: string | undefined; value?: string | undefined }>({});
  const save = useMutation(
    trpc.sandboxes.secrets.set.mutationOptions({
      onSuccess: async () => {
        setName("");
        setValue("");
        await queryClient.invalidateQueries(trpc.sandboxes.secrets.pathFilter());
        toast.success("Saved. It can’t be shown again.");
      },
      onError: (error) => toast.error(errorMessage(error)),
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = setupSecretSchema.safeParse({ name, value });
    const messageFor = (field: string) => parsed.error?.issues.find(({ path }) => path[0] === field)?.message;
    setProblem({ name: messageFor("name"), value: messageFor("value") });
    if (parsed.success) save.mutate(parsed.data);
  };
  return (
    <form onSubmit={submit} className="grid items-start gap-3 p-4 sm:grid-cols-[1fr_1fr_auto]" noValidate>
      <Field label="Name" error={problem.name}>
        {(control) => (
          <Input
            {...control}
            value={name}
            placeholder="NPM_TOKEN"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setName(event.target.value.toUpperCase())}
          />
        )}
      </Field>
      <Field label="Value" error={problem.value}>
        {(control) => (
          <Input
            {...control}
            type="password"
            value={value}
            autoComplete="new-password"
            onChange={(event) => setValue(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" busy={save.isPending} disabled={name === "" || value === ""} className="h-9 sm:mt-[1.625rem]">
        Save
      </Button>
    </form>
  );
}
