"use client";

import { workspaceNameSchema } from "@opencode/core/modules/tenancy/contract.ts";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

export function CreateWorkspaceForm({ onCancel }: { onCancel?: () => void }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const create = useMutation(trpc.workspaces.create.mutationOptions({ onSuccess: ({ slug }) => router.push(`/w/${slug}`) }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = workspaceNameSchema.safeParse(name);
    setProblem(parsed.success ? null : (parsed.error.issues[0]?.message ?? null));
    if (parsed.success) create.mutate({ name: parsed.data });
  };
  return (
    <Card className="p-4">
      <form onSubmit={submit} noValidate className="space-y-4">
        <Field label="Name" hint="Your team or company." error={problem ?? (create.error ? errorMessage(create.error) : null)}>
          {(control) => <Input {...control} value={name} placeholder="Acme" onChange={(event) => setName(event.target.value)} />}
        </Field>
        <div className="flex justify-end gap-2">
          {onCancel ? <Button onClick={onCancel}>Cancel</Button> : null}
          <Button type="submit" variant="primary" busy={create.isPending || create.isSuccess}>
            Create workspace
          </Button>
        </div>
      </form>
    </Card>
  );
}
