import type { AgentView } from "@opencode/core/modules/sessions/agents/contract.ts";
import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";

/**
 * Who would carry out what the last turn's agent, if it only reads, has planned. Null where there is no plan: nobody has
 * planned, somebody works or has worked on since, or the plan is taken back.
 */
export function builderOf(agents: readonly AgentView[], { turns, revert }: Pick<SessionView, "turns" | "revert">): string | null {
  const last = turns.at(-1);
  const isPlanner = agents.some(({ name, mayEdit }) => name === last?.agent && !mayEdit);
  if (!isPlanner || last?.state !== "completed" || last.kind === "compact" || revert !== null) return null;
  const builders = agents.filter(({ mayEdit }) => mayEdit).map(({ name }) => name);
  return builders.find((name) => name === "build") ?? builders[0] ?? null;
}
