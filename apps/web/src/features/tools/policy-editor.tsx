"use client";

import { type PermissionRule, permissionRuleSchema } from "@opencode/core/modules/tools/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "../../ui/tabs.tsx";
import { DryRunReport } from "./dry-run-report.tsx";
import { PolicyRows } from "./policy-rows.tsx";
import { parsePolicy, policyText } from "./policy-text.ts";

const counts = ["5", "20", "50", "100"].map((value) => ({ value, label: `last ${value} sessions` }));

/** Edits the policy as rows or as JSON; what it would have changed is shown before it is saved. */
export function PolicyEditor({ saved, version }: { saved: readonly PermissionRule[]; version: number }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [text, setText] = useState(() => policyText(saved));
  const [rules, setRules] = useState(saved);
  const [sessions, setSessions] = useState("20");
  // Of what was typed as JSON; rows that are not filled in yet are no mistake of the text.
  const [textError, setTextError] = useState<string | null>(null);
  const problem = textError ?? firstProblem(rules);
  const isDirty = textError !== null || JSON.stringify(rules) !== JSON.stringify(saved);

  const preview = useMutation(trpc.policy.dryRun.mutationOptions());
  const save = useMutation(
    trpc.policy.save.mutationOptions({
      onSuccess: async () => {
        toast.success("The policy is saved. It counts from the next call on.");
        await Promise.all([
          queryClient.invalidateQueries(trpc.policy.pathFilter()),
          queryClient.invalidateQueries(trpc.audit.pathFilter()),
        ]);
      },
    }),
  );
  const change = (next: readonly PermissionRule[]) => {
    setRules(next);
    setText(policyText(next));
    setTextError(null);
    preview.reset();
  };
  const changeText = (next: string) => {
    setText(next);
    const read = parsePolicy(next);
    setTextError(read.error);
    if (read.error === null) setRules(read.rules);
    preview.reset();
  };
  return (
    <div className="space-y-3">
      <Tabs defaultValue="rows">
        <TabsList label="How to edit the policy" className="border-line border-b">
          <TabsTrigger value="rows">Rules</TabsTrigger>
          <TabsTrigger value="json">JSON</TabsTrigger>
        </TabsList>
        <TabsContent value="rows" className="pt-3">
          {textError === null ? (
            <PolicyRows rules={rules} onChange={change} />
          ) : (
            <Callout tone="warning">The JSON has a mistake. Mend it there, or discard the change.</Callout>
          )}
        </TabsContent>
        <TabsContent value="json" className="pt-3">
          <Field
            label="As in opencode.jsonc"
            hint="By permission an action, or a map of patterns to actions; the last one that matches wins. A list of {permission, pattern, action} is fine, too."
            error={textError}
          >
            {(control) => (
              <textarea
                {...control}
                value={text}
                rows={Math.min(24, Math.max(6, text.split("\n").length + 1))}
                spellCheck={false}
                onChange={(event) => changeText(event.target.value)}
                className="w-full rounded-md border border-line-strong bg-surface px-2.5 py-2 font-mono text-sm shadow-card aria-invalid:border-danger"
              />
            )}
          </Field>
        </TabsContent>
      </Tabs>
      {problem && textError === null ? <p className="text-danger text-sm">{problem}</p> : null}
      {preview.data ? <DryRunReport report={preview.data} /> : null}
      {preview.error ? <Callout tone="danger">{errorMessage(preview.error)}</Callout> : null}
      {save.error ? <Callout tone="danger">{errorMessage(save.error)}</Callout> : null}
      <div className="flex flex-wrap items-center gap-2">
        <Button
          variant={preview.data ? "secondary" : "primary"}
          disabled={!isDirty || problem !== null}
          busy={preview.isPending}
          onClick={() => preview.mutate({ sessions: Number(sessions), policy: [...rules] })}
        >
          Show what would change
        </Button>
        <Select label="Sessions to judge again" value={sessions} onChange={setSessions} options={counts} className="w-44" />
        <span className="flex-1" />
        {isDirty ? <Button onClick={() => change(saved)}>Discard</Button> : null}
        <Button
          variant="primary"
          disabled={!isDirty || problem !== null || !preview.data}
          busy={save.isPending}
          onClick={() => save.mutate({ rules: [...rules], version })}
        >
          Save the policy
        </Button>
      </div>
    </div>
  );
}

function firstProblem(rules: readonly PermissionRule[]): string | null {
  const at = rules.findIndex((rule) => !permissionRuleSchema.safeParse(rule).success);
  return at === -1 ? null : `Rule ${at + 1} needs a permission and a pattern; * stands for everything.`;
}
