import type { ModelRequest } from "../contract.ts";
import { recogniseTask } from "./guided-tasks.ts";

export interface DemoCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface DemoStep {
  readonly text: string;
  readonly calls: readonly DemoCall[];
}

export const howToAddAModel =
  "I am the demo model: a script that plays the guided tasks on the sample repository, so I can't do this one. Add a key in Settings → Providers (or start with ANTHROPIC_API_KEY, OPENAI_API_KEY or OPENAI_BASE_URL set), and a real model will take it from here.";

export function nextDemoStep(request: ModelRequest): DemoStep {
  const last = request.messages.findLast((message) => message.role === "user" && message.content.some((part) => part.type === "text"));
  const task = last?.content.map((part) => (part.type === "text" ? recogniseTask(part.text) : null)).find((id) => id !== null);
  if (!task) return { text: howToAddAModel, calls: [] };
  return { text: howToAddAModel, calls: [] };
}
