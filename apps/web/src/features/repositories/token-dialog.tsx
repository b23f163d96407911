"use client";

import type { RepositoryView } from "@opencode/core/modules/repositories/contract.ts";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

interface TokenDialogProps {
  repository: RepositoryView;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDone: () => void;
}

/** Another access token for a repository that is connected already; it is fetched with it at once. */
export function TokenDialog({ repository, open, onOpenChange, onDone }: TokenDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Access token for ${repository.name}`}
      description="It takes the place of the one that is kept here. The repository is fetched with it at once."
    >
      <TokenForm
        location={repository.location ?? ""}
        onCancel={() => onOpenChange(false)}
        onDone={() => {
          onOpenChange(false);
          onDone();
        }}
      />
    </Dialog>
  );
}

function TokenForm({ location, onCancel, onDone }: { location: string; onCancel: () => void; onDone: () => void }) {
  const trpc = useTRPC();
  const [token, setToken] = useState("");
  const connect = useMutation(trpc.repositories.connect.mutationOptions({ onSuccess: onDone }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    connect.mutate({ kind: "url", url: location, token: token.trim() });
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <Field label="Access token" hint="With read access to its content, and write access if branches are to be pushed. Kept sealed.">
        {(control) => (
          <Input
            {...control}
            type="password"
            required
            autoComplete="off"
            spellCheck={false}
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        )}
      </Field>
      {connect.error ? <Callout tone="danger">{errorMessage(connect.error)}</Callout> : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" busy={connect.isPending} disabled={token.trim() === ""}>
          Save and fetch
        </Button>
      </div>
    </form>
  );
}
