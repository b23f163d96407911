"use client";

import { NumbersSection } from "./numbers-section.tsx";
import type { PolicyData } from "./sandbox-data.ts";

const fields = [
  { name: "idleMinutes", label: "Asleep after", unit: "minutes", min: 1, max: 240 },
  { name: "retentionDays", label: "Removed after", unit: "days", min: 1, max: 365 },
  { name: "warmPool", label: "Started ahead", unit: "sandboxes a machine", min: 0, max: 5 },
] as const;

/** How long a sandbox that nobody uses stays. */
export function LifeSection({ data, mayWrite }: { data: PolicyData; mayWrite: boolean }) {
  return (
    <NumbersSection
      title="Life"
      description="A sandbox that sleeps keeps its files and wakes with the next command. One that was removed is made again from the base commit and the last snapshot."
      fields={fields}
      values={data.policy}
      mayWrite={mayWrite}
      policyOf={({ idleMinutes, retentionDays, warmPool }) => ({ idleMinutes, retentionDays, warmPool })}
    />
  );
}
