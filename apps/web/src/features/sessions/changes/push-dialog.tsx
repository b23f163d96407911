"use client";

import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { errorMessage } from "../../../trpc/error-message.ts";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Button } from "../../../ui/button.tsx";
import { Callout } from "../../../ui/callout.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { Input } from "../../../ui/input.tsx";

interface PushDialogProps {
  sessionId: string;
  view: SessionView;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** The work as a branch on the repository's server: its name, and the commit's message. */
export function PushDialog({ sessionId, view, open, onOpenChange }: PushDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Push as a branch"
      description="One commit of yours, with the agent as co-author. Commits of others are never overwritten."
    >
      <PushForm sessionId={sessionId} view={view} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function PushForm({ sessionId, view, onDone }: { sessionId: string; view: SessionView; onDone: () => void }) {
  const trpc = useTRPC();
  const [branch, setBranch] = useState(view.push?.branch ?? view.branch ?? "");
  const [message, setMessage] = useState(view.title);
  const push = useMutation(trpc.sessionWork.push.mutationOptions({ onSuccess: onDone }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    push.mutate({ sessionId, branch: branch.trim(), message: message.trim() });
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <Field label="Branch">
        {(control) => (
          <Input
            {...control}
            required
            autoComplete="off"
            spellCheck={false}
            value={branch}
            onChange={(event) => setBranch(event.target.value)}
            className="font-mono text-sm"
          />
        )}
      </Field>
      <Field label="Commit message">
        {(control) => (
          <Input {...control} required maxLength={5_000} value={message} onChange={(event) => setMessage(event.target.value)} />
        )}
      </Field>
      {push.error ? <Callout tone="danger">{errorMessage(push.error)}</Callout> : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" busy={push.isPending} disabled={branch.trim() === ""} data-testid="push-confirm">
          Push
        </Button>
      </div>
    </form>
  );
}
