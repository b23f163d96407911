"use client";

import { customModelSchema } from "@opencode/core/modules/providers/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Field } from "../../ui/field.tsx";
import { FormEnd } from "../../ui/form-end.tsx";
import { Input } from "../../ui/input.tsx";

const numbers = [
  { name: "contextTokens", label: "Context (tokens)", placeholder: "128000" },
  { name: "maxOutputTokens", label: "Longest answer (tokens)", placeholder: "32000" },
  { name: "input", label: "Input ($ / M)", placeholder: "unknown" },
  { name: "output", label: "Output ($ / M)", placeholder: "unknown" },
  { name: "cacheRead", label: "Cache read ($ / M)", placeholder: "as input" },
  { name: "cacheWrite", label: "Cache write ($ / M)", placeholder: "as input" },
] as const;

const abilities = [
  { name: "tools", label: "Calls tools" },
  { name: "images", label: "Sees pictures" },
  { name: "reasoning", label: "Reasons" },
  { name: "structuredOutput", label: "Holds to a schema" },
] as const;

const micros = (dollars: string) => Math.round(Number(dollars) * 1_000_000);

/** What is in the form, as the server takes it; prices stand in it whole or not at all. */
function toInput(data: FormData): unknown {
  const text = (name: string) => String(data.get(name) ?? "").trim();
  const count = (name: string) => (text(name) === "" ? null : Number(text(name)));
  const price = (name: string) => micros(text(name) || text("input"));
  const isPriced = text("input") !== "" && text("output") !== "";
  return {
    modelId: text("modelId"),
    label: text("label") || text("modelId").split("/").at(-1),
    contextTokens: count("contextTokens"),
    maxOutputTokens: count("maxOutputTokens"),
    price: isPriced
      ? { input: price("input"), output: price("output"), cacheRead: price("cacheRead"), cacheWrite: price("cacheWrite") }
      : null,
    abilities: Object.fromEntries(abilities.map(({ name }) => [name, data.get(name) === "on"])),
  };
}

export function CustomModelForm({ onDone }: { onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const save = useMutation(
    trpc.providers.saveModel.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.providers.pathFilter());
        onDone();
      },
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const parsed = customModelSchema.safeParse(toInput(new FormData(event.currentTarget)));
    setProblem(parsed.success ? null : (parsed.error.issues[0]?.message ?? "Check what you entered."));
    if (parsed.success) save.mutate(parsed.data);
  };
  const error = problem ?? (save.error ? errorMessage(save.error) : null);
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      <Field label="Id" hint="<provider>/<model>, as the provider calls it.">
        {(control) => <Input {...control} name="modelId" spellCheck={false} placeholder="team-box/qwen3-coder" className="font-mono" />}
      </Field>
      <Field label="Name">{(control) => <Input {...control} name="label" maxLength={80} placeholder="Qwen3 Coder" />}</Field>
      <div className="grid grid-cols-2 gap-3">
        {numbers.map(({ name, label, placeholder }) => (
          <Field key={name} label={label}>
            {(control) => <Input {...control} name={name} inputMode="decimal" placeholder={placeholder} />}
          </Field>
        ))}
      </div>
      <fieldset className="flex flex-wrap gap-x-4 gap-y-2">
        <legend className="mb-1.5 font-medium text-sm">What it can</legend>
        {abilities.map(({ name, label }) => (
          <label key={name} className="flex items-center gap-1.5 text-sm">
            <input type="checkbox" name={name} defaultChecked={name === "tools"} className="accent-accent" />
            {label}
          </label>
        ))}
      </fieldset>
      <FormEnd error={error} busy={save.isPending} onCancel={onDone}>
        Save
      </FormEnd>
    </form>
  );
}
