import type { AgentSource, DefinitionProblem } from "../agents/agent.ts";

/** A prompt with a name: `/name arguments`. */
export interface Command {
  readonly name: string;
  readonly description: string;
  readonly source: AgentSource;
  readonly path: string | null;
  readonly template: string;
  /** who does it; the session's agent when null */
  readonly agent: string | null;
  readonly model: string | null;
  /** a sub-agent does it */
  readonly subtask: boolean;
}

export interface CommandSet {
  readonly commands: readonly Command[];
  readonly problems: readonly DefinitionProblem[];
}
