"use client";

import { type PermissionAction, permissionActionSchema, permissionRuleSchema } from "@opencode/core/modules/tools/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { DryRunReport } from "./dry-run-report.tsx";
import { actionOptions, permissionOptions } from "./rule-options.ts";

export function AddRuleDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Add a permission rule"
      description="It counts from the next call on, in every session of the workspace."
    >
      <AddRuleForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function AddRuleForm({ onDone }: { onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [action, setAction] = useState<PermissionAction>("ask");
  const [permission, setPermission] = useState("bash");
  const [pattern, setPattern] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const create = useMutation(
    trpc.permissionRules.create.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.permissionRules.pathFilter());
        onDone();
      },
    }),
  );
  const preview = useMutation(trpc.policy.dryRun.mutationOptions());
  const show = () => {
    const parsed = permissionRuleSchema.safeParse({ permission, pattern: pattern.trim(), action });
    setProblem(parsed.success ? null : "Give a pattern, for example “git push *”.");
    if (parsed.success) preview.mutate({ sessions: 20, addRule: parsed.data });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = permissionRuleSchema.safeParse({ permission, pattern: pattern.trim(), action });
    setProblem(parsed.success ? null : "Give a pattern, for example “git push *”.");
    if (parsed.success) create.mutate(parsed.data);
  };
  const error = problem ?? (create.error ? errorMessage(create.error) : null);
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      <div className="grid grid-cols-2 gap-3">
        <Field label="Action">
          {({ id }) => (
            <Select
              id={id}
              label="Action"
              value={action}
              onChange={(value) => setAction(permissionActionSchema.parse(value))}
              options={actionOptions}
            />
          )}
        </Field>
        <Field label="Permission">
          {({ id }) => <Select id={id} label="Permission" value={permission} onChange={setPermission} options={permissionOptions} />}
        </Field>
      </div>
      <Field label="Pattern" hint="* stands for anything, ? for one character: “git push *”, “src/*.env”.">
        {(control) => (
          <Input
            {...control}
            value={pattern}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setPattern(event.target.value)}
            className="font-mono text-sm"
          />
        )}
      </Field>
      {error ? <Callout tone="danger">{error}</Callout> : null}
      {preview.data ? <DryRunReport report={preview.data} /> : null}
      {preview.error ? <Callout tone="danger">{errorMessage(preview.error)}</Callout> : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button busy={preview.isPending} onClick={show}>
          Show what would change
        </Button>
        <Button type="submit" variant="primary" busy={create.isPending}>
          Add
        </Button>
      </div>
    </form>
  );
}
