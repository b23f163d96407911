"use client";

import { emailSchema, type Role } from "@opencode/core/modules/tenancy/contract.ts";
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
import { RoleSelect } from "./role-select.tsx";

export function InviteDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Invite somebody">
      <InviteForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function InviteForm({ onDone }: { onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("member");
  const [problem, setProblem] = useState<string | null>(null);
  const invite = useMutation(
    trpc.invites.create.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.invites.pathFilter()) }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = emailSchema.safeParse(email);
    setProblem(parsed.success ? null : (parsed.error.issues[0]?.message ?? null));
    if (parsed.success) invite.mutate({ email: parsed.data, role });
  };
  if (invite.data) {
    return (
      <div className="space-y-4">
        <SecretOnce
          label="Invitation link"
          secret={invite.data.inviteUrl}
          note={
            invite.data.mailed
              ? `A mail with this link is on its way to ${invite.variables?.email}. You can also hand it over yourself; it is shown only now.`
              : "The mail could not be sent: hand this link over yourself. It is shown only now."
          }
        />
        <div className="flex justify-end">
          <Button variant="primary" onClick={onDone}>
            Done
          </Button>
        </div>
      </div>
    );
  }
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      <Field label="E-mail" error={problem ?? (invite.error ? errorMessage(invite.error) : null)}>
        {(control) => (
          <Input
            {...control}
            type="email"
            autoComplete="off"
            placeholder="sam@company.com"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field label="Role">{({ id }) => <RoleSelect id={id} label="Role" value={role} onChange={setRole} />}</Field>
      <FormEnd busy={invite.isPending} onCancel={onDone}>
        Invite
      </FormEnd>
    </form>
  );
}
