"use client";

import { type ModelRule, modelPatternSchema } from "@opencode/core/modules/providers/contract.ts";
import { useQuery } from "@tanstack/react-query";
import { ListChecks, Plus, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Input } from "../../ui/input.tsx";
import { Section } from "../../ui/section.tsx";
import { Select } from "../../ui/select.tsx";

interface ModelRulesProps {
  rules: readonly ModelRule[];
  busy: boolean;
  onChange: (rules: ModelRule[]) => void;
}

/** Who may use which models. */
export function ModelRules({ rules, busy, onChange }: ModelRulesProps) {
  const trpc = useTRPC();
  const members = useQuery(trpc.members.list.queryOptions());
  const [adding, setAdding] = useState(false);
  const nameOf = (userId: string) => {
    const member = members.data?.find((one) => one.userId === userId);
    return member?.name ?? member?.email ?? "somebody who has left";
  };
  const whoOf = ({ who }: ModelRule) =>
    who === "everyone" ? "everyone" : who === "admins" ? "owners and admins" : who.userIds.map(nameOf).join(", ");
  return (
    <Section title="Who may use what" description="Once there is a rule, only what a rule names may be used. The demo model always may.">
      {rules.length === 0 && !adding ? (
        <EmptyState
          icon={ListChecks}
          title="Everyone may use every model"
          action={
            <Button onClick={() => setAdding(true)}>
              <Plus aria-hidden />
              Add a rule
            </Button>
          }
        >
          {"A rule allows models by a pattern, such as anthropic/* or openai/gpt-6-*, to everyone, to admins, or to one person."}
        </EmptyState>
      ) : null}
      {rules.length > 0 ? (
        <ul className="divide-y divide-line rounded-xl border border-line bg-surface shadow-card">
          {rules.map((rule, index) => (
            <li key={`${rule.pattern} ${JSON.stringify(rule.who)}`} className="flex items-center gap-3 px-4 py-2" data-testid="model-rule">
              <code className="min-w-0 flex-1 break-all font-mono text-sm">{rule.pattern}</code>
              <Badge>{whoOf(rule)}</Badge>
              <Button
                size="icon-sm"
                variant="ghost"
                aria-label={`Remove the rule for ${rule.pattern}`}
                disabled={busy}
                onClick={() => onChange(rules.filter((_, at) => at !== index))}
              >
                <X aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      {rules.length > 0 || adding ? (
        <NewRule
          busy={busy}
          people={(members.data ?? []).map(({ userId }) => ({ userId, name: nameOf(userId) }))}
          onAdd={(rule) => onChange([...rules, rule])}
        />
      ) : null}
    </Section>
  );
}

interface NewRuleProps {
  busy: boolean;
  people: readonly { userId: string; name: string }[];
  onAdd: (rule: ModelRule) => void;
}

function NewRule({ busy, people, onAdd }: NewRuleProps) {
  const [pattern, setPattern] = useState("");
  const [who, setWho] = useState("everyone");
  const parsed = modelPatternSchema.safeParse(pattern);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!parsed.success) return;
    onAdd({ pattern: parsed.data, who: who === "everyone" || who === "admins" ? who : { userIds: [who] } });
    setPattern("");
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2">
      <Input
        aria-label="Pattern of models"
        placeholder="anthropic/*"
        value={pattern}
        spellCheck={false}
        onChange={(event) => setPattern(event.target.value)}
        className="min-w-40 flex-1 font-mono"
      />
      <Select
        label="Who may use them"
        value={who}
        onChange={setWho}
        options={[
          { value: "everyone", label: "Everyone" },
          { value: "admins", label: "Owners and admins" },
          ...people.map(({ userId, name }) => ({ value: userId, label: name })),
        ]}
        className="w-44"
      />
      <Button type="submit" disabled={!parsed.success} busy={busy}>
        Allow
      </Button>
    </form>
  );
}
