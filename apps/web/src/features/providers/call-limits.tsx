"use client";

import type { ModelSettings } from "@opencode/core/modules/providers/contract.ts";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Section } from "../../ui/section.tsx";
import { Select } from "../../ui/select.tsx";

interface CallLimitsProps {
  settings: ModelSettings;
  busy: boolean;
  onChange: (part: Partial<ModelSettings>) => void;
}

/** How many calls may run at once, and what happens where nobody knows a price. */
export function CallLimits({ settings, busy, onChange }: CallLimitsProps) {
  const [most, setMost] = useState(settings.maxConcurrentCalls === null ? "" : String(settings.maxConcurrentCalls));
  const [unknownPrice, setUnknownPrice] = useState(settings.unknownPrice);
  const count = most.trim() === "" ? null : Number(most);
  const isValid = count === null || (Number.isInteger(count) && count >= 1 && count <= 1_000);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isValid) onChange({ maxConcurrentCalls: count, unknownPrice });
  };
  return (
    <Section title="Limits of calls" description="How much money may be spent is set in Settings → Usage.">
      <form onSubmit={submit} className="grid items-start gap-4 rounded-xl border border-line bg-surface p-4 shadow-card sm:grid-cols-2">
        <Field
          label="Model calls at the same time"
          hint="Others wait in order. Empty: as many as there are."
          error={isValid ? null : "A whole number from 1 to 1,000."}
        >
          {(control) => (
            <Input {...control} inputMode="numeric" placeholder="no limit" value={most} onChange={(event) => setMost(event.target.value)} />
          )}
        </Field>
        <Field label="Models whose price nobody knows" hint="Enter a price under “Own entries”, and they count like all others.">
          {({ id }) => (
            <Select
              id={id}
              label="Models whose price nobody knows"
              value={unknownPrice}
              onChange={(value) => setUnknownPrice(value === "refuse" ? "refuse" : "count-zero")}
              options={[
                { value: "count-zero", label: "May be called, count as $0", note: "marked in the usage" },
                { value: "refuse", label: "Are not called" },
              ]}
            />
          )}
        </Field>
        <div className="sm:col-span-2">
          <Button type="submit" busy={busy} disabled={!isValid}>
            Save
          </Button>
        </div>
      </form>
    </Section>
  );
}
