"use client";

import { sandboxLimitsSchema } from "@opencode/core/modules/sandbox/contract.ts";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Section } from "../../ui/section.tsx";
import { NumberField } from "./number-field.tsx";
import type { PolicyData } from "./sandbox-data.ts";
import { usePolicyUpdate } from "./use-policy-update.ts";

const fields = [
  { name: "memoryMb", label: "Memory", unit: "MB", min: 128, step: 1 },
  { name: "cpus", label: "Processors", unit: "cores", min: 0.25, step: 0.25 },
  { name: "processes", label: "Processes", unit: "at once", min: 32, step: 1 },
  { name: "diskMb", label: "Disk", unit: "MB", min: 256, step: 1 },
] as const;

/** How much one sandbox may use; what goes over it is stopped, and says so. */
export function LimitsSection({ data, mayWrite }: { data: PolicyData; mayWrite: boolean }) {
  const { limits } = data.policy;
  const update = usePolicyUpdate();
  const [draft, setDraft] = useState<Record<string, string>>({});
  const shownIn = (name: keyof typeof limits) => draft[name] ?? String(limits[name]);
  const wanted = sandboxLimitsSchema.safeParse(Object.fromEntries(fields.map(({ name }) => [name, Number(shownIn(name))])));
  const fits = wanted.success && fields.every(({ name }) => wanted.data[name] <= data.ceiling[name]);
  const isChanged = wanted.success && fields.some(({ name }) => wanted.data[name] !== limits[name]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted.success && fits) update.mutate({ limits: wanted.data }, { onSuccess: () => setDraft({}) });
  };
  return (
    <Section title="Limits" description="Of each sandbox, from its next start on. The installation sets how high they can be.">
      <Card className="p-4">
        <form onSubmit={submit} className="space-y-4" noValidate>
          <div className="grid grid-cols-2 gap-4 sm:grid-cols-4">
            {fields.map(({ name, label, unit, min, step }) => (
              <NumberField
                key={name}
                label={label}
                unit={unit}
                min={min}
                max={data.ceiling[name]}
                step={step}
                value={shownIn(name)}
                disabled={!mayWrite}
                onChange={(value) => setDraft({ ...draft, [name]: value })}
              />
            ))}
          </div>
          {mayWrite ? (
            <Button type="submit" busy={update.isPending} disabled={!fits || !isChanged}>
              Save limits
            </Button>
          ) : null}
        </form>
      </Card>
    </Section>
  );
}
