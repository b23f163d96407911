"use client";

import type { SandboxPolicy } from "@opencode/core/modules/sandbox/contract.ts";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Section } from "../../ui/section.tsx";
import { isNumberIn, NumberField, type NumberRange } from "./number-field.tsx";
import { usePolicyUpdate } from "./use-policy-update.ts";

interface NumbersSectionProps<Name extends string> {
  title: string;
  description: string;
  fields: readonly (NumberRange & { name: Name; label: string; unit: string })[];
  /** as they are saved */
  values: Record<Name, number>;
  mayWrite: boolean;
  /** the part of the policy that these numbers are */
  policyOf: (numbers: Record<Name, number>) => Partial<SandboxPolicy>;
}

/** Numbers of the sandbox policy that are saved together. */
export function NumbersSection<Name extends string>({ title, description, fields, values, mayWrite, policyOf }: NumbersSectionProps<Name>) {
  const update = usePolicyUpdate();
  const [draft, setDraft] = useState<Partial<Record<Name, string>>>({});
  const shownIn = (name: Name) => draft[name] ?? String(values[name]);
  const fits = fields.every((field) => isNumberIn(field, shownIn(field.name)));
  const isChanged = fields.some(({ name }) => Number(shownIn(name)) !== values[name]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!fits) return;
    const numbers = { ...values };
    for (const { name } of fields) numbers[name] = Number(shownIn(name));
    update.mutate(policyOf(numbers), { onSuccess: () => setDraft({}) });
  };
  return (
    <Section title={title} description={description}>
      <Card className="p-4">
        <form onSubmit={submit} className="space-y-4" noValidate>
          <div className="grid grid-cols-2 gap-4 sm:grid-cols-4">
            {fields.map((field) => (
              <NumberField
                key={field.name}
                {...field}
                value={shownIn(field.name)}
                disabled={!mayWrite}
                onChange={(value) => setDraft({ ...draft, [field.name]: value })}
              />
            ))}
          </div>
          {mayWrite ? (
            <Button type="submit" busy={update.isPending} disabled={!fits || !isChanged}>
              Save {title.toLowerCase()}
            </Button>
          ) : null}
        </form>
      </Card>
    </Section>
  );
}
