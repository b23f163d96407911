"use client";

import { type PermissionRule, permissionActionSchema } from "@opencode/core/modules/tools/contract.ts";
import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { actionOptions, permissionOptions } from "./rule-options.ts";

interface PolicyRowsProps {
  readonly rules: readonly PermissionRule[];
  readonly onChange: (rules: readonly PermissionRule[]) => void;
}

/** The policy as rows, in the order in which they are heard. */
export function PolicyRows({ rules, onChange }: PolicyRowsProps) {
  const replace = (at: number, change: Partial<PermissionRule>) =>
    onChange(rules.map((rule, index) => (index === at ? { ...rule, ...change } : rule)));
  const move = (at: number, by: number) => {
    const next = [...rules];
    const [rule] = next.splice(at, 1);
    if (rule) next.splice(at + by, 0, rule);
    onChange(next);
  };
  // A row is its place: its texts change while they are typed.
  const places = rules.map((rule, index) => ({ rule, index, place: `rule ${index + 1}` }));
  return (
    <div className="space-y-2">
      <ol className="space-y-2">
        {places.map(({ rule, index, place }) => (
          <li
            key={place}
            className="flex flex-wrap items-center gap-2 rounded-lg border border-line bg-surface p-2"
            data-testid="policy-row"
          >
            <Select
              label={`Action of rule ${index + 1}`}
              value={rule.action}
              onChange={(action) => replace(index, { action: permissionActionSchema.parse(action) })}
              options={actionOptions}
              className="w-24"
            />
            <Input
              aria-label={`Permission of rule ${index + 1}`}
              value={rule.permission}
              list="policy-permissions"
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => replace(index, { permission: event.target.value })}
              className="w-40 font-mono text-sm"
            />
            <Input
              aria-label={`Pattern of rule ${index + 1}`}
              value={rule.pattern}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => replace(index, { pattern: event.target.value })}
              className="min-w-0 flex-1 basis-40 font-mono text-sm"
            />
            <span className="ml-auto flex">
              <IconButton label={`Move rule ${index + 1} up`} disabled={index === 0} onClick={() => move(index, -1)}>
                <ArrowUp aria-hidden />
              </IconButton>
              <IconButton label={`Move rule ${index + 1} down`} disabled={index === rules.length - 1} onClick={() => move(index, 1)}>
                <ArrowDown aria-hidden />
              </IconButton>
              <IconButton label={`Remove rule ${index + 1}`} onClick={() => onChange(rules.filter((_, at) => at !== index))}>
                <Trash2 aria-hidden />
              </IconButton>
            </span>
          </li>
        ))}
      </ol>
      <datalist id="policy-permissions">
        {permissionOptions.map(({ value, note }) => (
          <option key={value} value={value}>
            {note}
          </option>
        ))}
      </datalist>
      <Button onClick={() => onChange([...rules, { permission: "bash", pattern: "", action: "deny" }])}>
        <Plus aria-hidden />
        Add to the policy
      </Button>
    </div>
  );
}
