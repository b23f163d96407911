"use client";

import { hostPatternSchema, networkModeSchema } from "@opencode/core/modules/sandbox/contract.ts";
import { Plus, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Card } from "../../ui/card.tsx";
import { Field } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { Section } from "../../ui/section.tsx";
import { Select } from "../../ui/select.tsx";
import type { PolicyData } from "./sandbox-data.ts";
import { usePolicyUpdate } from "./use-policy-update.ts";

const modes = [
  { value: "none", label: "None", note: "no host at all" },
  { value: "allowlist", label: "Allow list", note: "package registries and your own hosts" },
  { value: "full", label: "Full", note: "every public host" },
] as const;

/** Whom the agent's commands may talk to. */
export function NetworkSection({ data, mayWrite }: { data: PolicyData; mayWrite: boolean }) {
  const update = usePolicyUpdate();
  const { network, extraHosts } = data.policy;
  return (
    <Section
      title="Network"
      description="Of the agent’s commands. It holds from their next request on. Private addresses are never reached."
    >
      <Card className="space-y-4 p-4">
        <Select
          label="Network"
          value={network}
          options={modes}
          disabled={!mayWrite || update.isPending}
          onChange={(value) => {
            const mode = networkModeSchema.safeParse(value);
            if (mode.success) update.mutate({ network: mode.data });
          }}
          className="sm:max-w-xs"
        />
        {network === "full" ? (
          <Callout tone="warning">Commands that a model writes can then send what they read to any public host.</Callout>
        ) : null}
        {network === "allowlist" ? (
          <>
            <Hosts
              hosts={extraHosts}
              mayWrite={mayWrite}
              busy={update.isPending}
              onChange={(hosts) => update.mutate({ extraHosts: hosts })}
            />
            <details className="text-sm">
              <summary className="cursor-pointer text-muted hover:text-fg">
                {data.registries.length} package registries are always on it
              </summary>
              <ul className="mt-2 grid gap-x-6 gap-y-0.5 text-xs sm:grid-cols-2">
                {data.registries.map(({ host, why }) => (
                  <li key={host} className="flex min-w-0 gap-2">
                    <code className="truncate font-mono">{host}</code>
                    <span className="truncate text-faint">{why}</span>
                  </li>
                ))}
              </ul>
            </details>
          </>
        ) : null}
      </Card>
    </Section>
  );
}

interface HostsProps {
  hosts: readonly string[];
  mayWrite: boolean;
  busy: boolean;
  onChange: (hosts: string[]) => void;
}

function Hosts({ hosts, mayWrite, busy, onChange }: HostsProps) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const add = (event: FormEvent) => {
    event.preventDefault();
    const parsed = hostPatternSchema.safeParse(text);
    setProblem(parsed.success ? null : `This ${parsed.error.issues[0]?.message ?? "is no host name"}.`);
    if (!parsed.success) return;
    if (!hosts.includes(parsed.data)) onChange([...hosts, parsed.data]);
    setText("");
  };
  return (
    <div className="space-y-3">
      {hosts.length > 0 ? (
        <ul className="flex flex-wrap gap-1.5">
          {hosts.map((host) => (
            <li key={host} className="flex items-center rounded-md border border-line bg-subtle pl-2" data-testid="policy-host">
              <code className="font-mono text-xs">{host}</code>
              {mayWrite ? (
                <IconButton
                  size="icon-sm"
                  label={`Remove ${host}`}
                  disabled={busy}
                  onClick={() => onChange(hosts.filter((one) => one !== host))}
                >
                  <X aria-hidden />
                </IconButton>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {mayWrite ? (
        <form onSubmit={add} className="flex items-start gap-2 sm:max-w-md" noValidate>
          <div className="min-w-0 flex-1">
            <Field label="Your own hosts" error={problem} hint="example.com, or *.example.com for every name below it">
              {(control) => (
                <Input
                  {...control}
                  value={text}
                  placeholder="example.com"
                  autoComplete="off"
                  spellCheck={false}
                  onChange={(event) => setText(event.target.value)}
                />
              )}
            </Field>
          </div>
          <Button type="submit" busy={busy} disabled={text.trim() === ""} className="mt-[1.625rem] h-9">
            <Plus aria-hidden />
            Add
          </Button>
        </form>
      ) : null}
    </div>
  );
}
