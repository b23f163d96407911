"use client";

import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Section } from "../../ui/section.tsx";
import { NumberField } from "./number-field.tsx";
import type { PolicyData } from "./sandbox-data.ts";
import { usePolicyUpdate } from "./use-policy-update.ts";

const fields = [
  { name: "idleMinutes", label: "Asleep after", unit: "minutes", min: 1, max: 240 },
  { name: "retentionDays", label: "Removed after", unit: "days", min: 1, max: 365 },
  { name: "warmPool", label: "Started ahead", unit: "sandboxes a machine", min: 0, max: 5 },
] as const;

/** How long a sandbox that nobody uses stays. */
export function LifeSection({ data, mayWrite }: { data: PolicyData; mayWrite: boolean }) {
  const { policy } = data;
  const update = usePolicyUpdate();
  const [draft, setDraft] = useState<Record<string, string>>({});
  const shownIn = (name: (typeof fields)[number]["name"]) => draft[name] ?? String(policy[name]);
  const numbers = Object.fromEntries(fields.map(({ name }) => [name, Number(shownIn(name))]));
  const fits = fields.every(
    ({ name, min, max }) => Number.isInteger(numbers[name]) && (numbers[name] ?? -1) >= min && (numbers[name] ?? max + 1) <= max,
  );
  const isChanged = fields.some(({ name }) => numbers[name] !== policy[name]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fits) update.mutate(numbers, { onSuccess: () => setDraft({}) });
  };
  return (
    <Section
      title="Life"
      description="A sandbox that sleeps keeps its files and wakes with the next command. One that was removed is made again from the base commit and the last snapshot."
    >
      <Card className="p-4">
        <form onSubmit={submit} className="space-y-4" noValidate>
          <div className="grid grid-cols-2 gap-4 sm:grid-cols-3">
            {fields.map(({ name, label, unit, min, max }) => (
              <NumberField
                key={name}
                label={label}
                unit={unit}
                min={min}
                max={max}
                value={shownIn(name)}
                disabled={!mayWrite}
                onChange={(value) => setDraft({ ...draft, [name]: value })}
              />
            ))}
          </div>
          {mayWrite ? (
            <Button type="submit" busy={update.isPending} disabled={!fits || !isChanged}>
              Save life
            </Button>
          ) : null}
        </form>
      </Card>
    </Section>
  );
}
