"use client";

import { Bot } from "lucide-react";
import { Select } from "../../../ui/select.tsx";
import type { AgentChoice } from "./use-agent-choice.ts";

/** Who works: build, plan, and what the team or the repository has made besides. */
export function AgentSelect({ choice }: { choice: AgentChoice }) {
  const { agent, agents, setAgent } = choice;
  const known = agents.map(({ name, description }) => ({ value: name, label: name, note: description }));
  const options = known.some(({ value }) => value === agent) ? known : [{ value: agent, label: agent }, ...known];
  return (
    <Select
      look="quiet"
      label="Agent"
      value={agent}
      onChange={setAgent}
      options={options}
      icon={<Bot aria-hidden className="size-3.5 shrink-0" />}
      className="max-w-28 sm:max-w-40"
    />
  );
}
