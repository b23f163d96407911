import type { ContextProvider } from "./context-pieces.ts";
import type { TurnContextInput } from "./instructions-provider.ts";

/** Where and when the agent works. Only the day: a time would make every turn's context another one for the provider's cache. */
export const environmentProvider: ContextProvider<TurnContextInput> = {
  source: "environment",
  budgetBytes: 1_000,
  async provide({ branch, baseCommit }) {
    const day = new Date().toISOString().slice(0, 10);
    const lines = [
      `Today: ${day}`,
      "Workspace: /workspace",
      ...(branch ? [`Branch: ${branch.slice(0, 200)}`] : []),
      `Base commit: ${baseCommit}`,
    ];
    return [{ source: "environment", id: day, text: `Environment:\n${lines.join("\n")}`, truncated: false }];
  },
};
