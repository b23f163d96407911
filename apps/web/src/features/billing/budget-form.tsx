"use client";

import { type BudgetView, budgetPeriodSchema, budgetScopeSchema, saveBudgetSchema } from "@opencode/core/modules/billing/contract.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Field } from "../../ui/field.tsx";
import { FormEnd } from "../../ui/form-end.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";

const everybody = "each";

/** A limit: for whom, for how long, how much. Of one that is there only the amount is changed. */
export function BudgetForm({ budget, onDone }: { budget: BudgetView | null; onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const members = useQuery(trpc.members.list.queryOptions());
  const sessions = useQuery(trpc.sessions.list.queryOptions({ limit: 50 }));
  const [scope, setScope] = useState(budget?.scope ?? "workspace");
  const [subject, setSubject] = useState(budget?.subjectId ?? everybody);
  const [period, setPeriod] = useState(budget?.period ?? "month");
  const [amount, setAmount] = useState(budget ? String(budget.limitMicros / 1_000_000) : "");
  const [problem, setProblem] = useState<string | null>(null);
  const save = useMutation(
    trpc.billing.saveBudget.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.billing.pathFilter());
        onDone();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const subjectId = scope === "workspace" || subject === everybody ? null : subject;
    const dollars = amount.trim() === "" ? Number.NaN : Number(amount.replace(",", "."));
    const parsed = saveBudgetSchema.safeParse({ scope, subjectId, period, limitMicros: Math.round(dollars * 1_000_000) });
    setProblem(parsed.success ? null : "Enter an amount in dollars, e.g. 25.");
    if (parsed.success) save.mutate(parsed.data);
  };
  const subjects =
    scope === "member"
      ? [
          { value: everybody, label: "Each member" },
          ...(members.data ?? []).map(({ userId, name, email }) => ({ value: userId, label: name ?? email })),
        ]
      : [
          { value: everybody, label: "Each session" },
          ...(sessions.data?.items ?? []).map(({ id, title }) => ({ value: id, label: title || "Untitled" })),
        ];
  const error = problem ?? (save.error ? errorMessage(save.error) : null);
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      <Field label="For">
        {({ id }) => (
          <Select
            id={id}
            label="For"
            value={scope}
            disabled={budget !== null}
            onChange={(value) => {
              setScope(budgetScopeSchema.parse(value));
              setSubject(everybody);
            }}
            options={[
              { value: "workspace", label: "The whole workspace" },
              { value: "member", label: "Members" },
              { value: "session", label: "Sessions" },
            ]}
          />
        )}
      </Field>
      {scope === "workspace" ? null : (
        <Field label="Which" hint="A limit for one takes the place of the limit for each.">
          {({ id }) => <Select id={id} label="Which" value={subject} disabled={budget !== null} onChange={setSubject} options={subjects} />}
        </Field>
      )}
      <Field label="Time">
        {({ id }) => (
          <Select
            id={id}
            label="Time"
            value={period}
            disabled={budget !== null}
            onChange={(value) => setPeriod(budgetPeriodSchema.parse(value))}
            options={[
              { value: "day", label: "A day (UTC)" },
              { value: "month", label: "A calendar month (UTC)" },
              { value: "total", label: "In all" },
            ]}
          />
        )}
      </Field>
      <Field label="Limit in US dollars">
        {(control) => (
          <Input {...control} inputMode="decimal" placeholder="25" value={amount} onChange={(event) => setAmount(event.target.value)} />
        )}
      </Field>
      <FormEnd error={error} busy={save.isPending} onCancel={onDone}>
        Save
      </FormEnd>
    </form>
  );
}
