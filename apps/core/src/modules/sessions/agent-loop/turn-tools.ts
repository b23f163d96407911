import { builtinTools, type Tool } from "../../tools/index.ts";
import type { SessionKey } from "../event-log-repo.ts";

/** The tools that a turn has: what the model is told of, and what its calls are looked up in. */
export interface TurnTools {
  readonly list: readonly Tool[];
  find(name: string): Tool | null;
}

/** The tools of the session's turns. The same session gets the same list until somebody changes what it is made of. */
export async function turnTools(_key: SessionKey): Promise<TurnTools> {
  return { list: builtinTools, find: (name) => builtinTools.find((tool) => tool.name === name) ?? null };
}
