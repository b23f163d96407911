"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Section } from "../../ui/section.tsx";
import { RuleBadge, RuleText } from "./rule-badge.tsx";

const layers = [
  {
    name: "Platform",
    text: "Work in the sandbox is free; what destroys files, publishes, reads secrets or leaves the repository is asked.",
  },
  { name: "Workspace", text: "The rules of this page, and what somebody always allowed." },
  { name: "Repository", text: "opencode.jsonc as it stands on the base branch: a task can't relax its own rules." },
  { name: "Agent", text: "What the chosen agent may do. A sub-agent never has more than the one that called it." },
  { name: "Session", text: "Rules that a session was created with over the API." },
  { name: "Policy", text: "Set by admins. Nothing overrides it, no answer of “always” either." },
];

/** In which order rules are heard, and those that come with the product. */
export function LayersOverview() {
  const trpc = useTRPC();
  const rules = useQuery(trpc.policy.platform.queryOptions());
  return (
    <Section
      title="How a call is decided"
      description="Each command of a script is judged for itself, with what it writes and reads. Of the rules that match, the last one decides; layers are heard in this order."
    >
      <ol className="grid gap-px overflow-hidden rounded-xl border border-line bg-line shadow-card sm:grid-cols-2 lg:grid-cols-3">
        {layers.map(({ name, text }, index) => (
          <li key={name} className="bg-surface px-4 py-3">
            <p className="font-medium text-sm">
              <span className="mr-2 text-faint tabular-nums">{index + 1}</span>
              {name}
            </p>
            <p className="mt-0.5 text-pretty text-muted text-sm">{text}</p>
          </li>
        ))}
      </ol>
      {rules.data ? (
        <details className="rounded-xl border border-line bg-surface shadow-card">
          <summary className="cursor-pointer px-4 py-2.5 text-muted text-sm hover:text-fg">
            The platform’s {rules.data.length} rules
          </summary>
          <ol className="grid gap-x-6 gap-y-1.5 border-line border-t px-4 py-3 sm:grid-cols-2">
            {rules.data.map((rule) => (
              <li key={`${rule.permission}:${rule.pattern}`} className="flex items-center gap-2">
                <RuleBadge action={rule.action} />
                <RuleText permission={rule.permission} pattern={rule.pattern} />
              </li>
            ))}
          </ol>
        </details>
      ) : null}
    </Section>
  );
}
