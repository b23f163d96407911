import type { Agent } from "../agents/agent.ts";
import type { ContextProvider } from "./context-pieces.ts";
import type { TurnContextInput } from "./instructions-provider.ts";
import { systemPrompt, systemPromptVersion } from "./system-prompt.ts";

/** What the turn's agent is told before anything else: its own prompt, or `build`'s. */
export function agentPromptProvider(agent: Pick<Agent, "prompt" | "promptVersion">): ContextProvider<TurnContextInput> {
  const [id, text] = agent.prompt === null ? [systemPromptVersion, systemPrompt] : [agent.promptVersion, agent.prompt];
  return {
    source: "system-prompt",
    budgetBytes: Buffer.byteLength(text),
    provide: async () => [{ source: "system-prompt", id, text, truncated: false }],
  };
}
