"use client";

import { NumbersSection } from "./numbers-section.tsx";
import type { PolicyData } from "./sandbox-data.ts";

const fields = [
  { name: "memoryMb", label: "Memory", unit: "MB", min: 256 },
  { name: "cpus", label: "Processors", unit: "cores", min: 0.25, step: 0.25 },
  { name: "processes", label: "Processes", unit: "at once", min: 32 },
  { name: "diskMb", label: "Disk", unit: "MB", min: 256 },
] as const;

/** How much one sandbox may use; what goes over it is stopped, and says so. */
export function LimitsSection({ data, mayWrite }: { data: PolicyData; mayWrite: boolean }) {
  return (
    <NumbersSection
      title="Limits"
      description="Of each sandbox, from its next start on. The installation sets how high they can be."
      fields={fields.map((field) => ({ ...field, max: data.ceiling[field.name] }))}
      values={data.policy.limits}
      mayWrite={mayWrite}
      policyOf={(limits) => ({ limits })}
    />
  );
}
