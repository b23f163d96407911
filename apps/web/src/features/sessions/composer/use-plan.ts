"use client";

import type { SessionRow } from "@opencode/core/modules/sessions/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useState } from "react";
import type { AgentChoice } from "./use-agent-choice.ts";

interface Plan {
  /** prompts an agent, with the draft where there is no text */
  readonly prompt: (agent: string, text?: string) => void;
  /** who would carry out what the last turn's agent, if it only reads, has planned; null where there is no plan */
  readonly builder: { readonly name: string; readonly build: () => void } | null;
}

/** Whether the last turn was a plan, and the way to have it built. */
export function usePlan(session: SessionRow, view: SessionView, choice: AgentChoice, send: (agent: string, text?: string) => void): Plan {
  // A session takes over the agent that it was last prompted with.
  const [lastAgent, setLastAgent] = useState(session.agent);
  const prompt = (agent: string, text?: string) => {
    setLastAgent(agent);
    send(agent, text);
  };
  const name = builderAfter(lastAgent, choice, view);
  const build = (agent: string) => {
    choice.setAgent(agent);
    prompt(agent, "Carry out the plan above.");
  };
  return { prompt, builder: name === null ? null : { name, build: () => build(name) } };
}

function builderAfter(lastAgent: string, { agents }: AgentChoice, { turns }: SessionView): string | null {
  const last = turns.at(-1);
  const isPlanner = agents.some(({ name, mayEdit }) => name === lastAgent && !mayEdit);
  if (!isPlanner || last?.state !== "completed" || last.kind === "compact") return null;
  const builders = agents.filter(({ mayEdit }) => mayEdit).map(({ name }) => name);
  return builders.find((name) => name === "build") ?? builders[0] ?? null;
}
