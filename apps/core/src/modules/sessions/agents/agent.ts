import type { PermissionRule } from "../../tools/contract.ts";

export type AgentMode = "primary" | "subagent" | "all";
export type AgentSource = "builtin" | "repository" | "workspace";

/** Who does a turn's work: what it is told, what it may do, with which tools and which model. */
export interface Agent {
  readonly name: string;
  readonly description: string;
  /** primary: a session can be given to it · subagent: the task tool can · all: both */
  readonly mode: AgentMode;
  /** works behind the scenes: never offered to anybody */
  readonly hidden: boolean;
  readonly source: AgentSource;
  /** the file that defines it; null for a built-in one and for one made in the browser */
  readonly path: string | null;
  /** what it is told before anything else; null: what `build` is told */
  readonly prompt: string | null;
  /** names the prompt in a turn's record */
  readonly promptVersion: string;
  /** its layer "agent" of the permission rules; the last one that matches wins */
  readonly permission: readonly PermissionRule[];
  /** tool names and wildcards, switched on or off; the last one that matches wins; a tool that none names is on */
  readonly tools: readonly { readonly pattern: string; readonly on: boolean }[];
  /** the session's when null */
  readonly model: string | null;
  /** take the workspace's small model when it names none */
  readonly small: boolean;
  readonly temperature: number | null;
  readonly topP: number | null;
  /** how many model steps a turn may take; the product's own limit when null */
  readonly steps: number | null;
  readonly color: string | null;
}

/** What is wrong with a definition; an `error` means that it is not used. */
export interface DefinitionProblem {
  readonly path: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  /** what the definition forbids can't be known: no turn may run where it stands. The line counts from 1. */
  readonly unknownRights?: { readonly line: number; readonly key: string };
}
