import type { ScriptRun } from "./script-runs.ts";

/** A simple command as rules see it, with the other names by which the same thing is done (`mv a b` removes `a`). */
export interface JudgedCommand {
  readonly text: string;
  readonly aliases: readonly string[];
}

export interface PlacedRun {
  readonly run: ScriptRun;
  /** the script may have stood anywhere by then */
  readonly isLost: boolean;
  /** it is a script of the base commit that runs it */
  readonly isAgreed?: boolean;
}

export function addRuns(effects: ShellEffects, runs: readonly ScriptRun[]): void {
  const isLost = effects.directories.has(null);
  effects.runs.push(...runs.map((run) => ({ run, isLost })));
}

/** All that a script would do, as far as its grammar tells. */
export interface ShellEffects {
  readonly commands: JudgedCommand[];
  /** pieces that can do anything, as they stand in the script */
  readonly unjudgeable: string[];
  /** files written, relative to the workspace or absolute */
  readonly writes: string[];
  /** pieces that write files which can't be named */
  readonly unknownWrites: string[];
  /** directories in which files are written that nobody can name */
  readonly trees: string[];
  /** what loses or changes its name or its mode, and gets no other content: files, and directories with all in them */
  readonly touches: string[];
  readonly touchedTrees: string[];
  readonly unknownTouches: string[];
  readonly reads: string[];
  /** what it runs by name, to be looked into */
  readonly runs: PlacedRun[];
  /** variables that the script has set so far; null where their value is known only when it runs */
  readonly values: Map<string, string | null>;
  /** where the script may stand by now: the workspace, and each directory that it changes to; null: anywhere */
  readonly directories: Set<string | null>;
}

export function noEffects(): ShellEffects {
  return {
    commands: [],
    unjudgeable: [],
    writes: [],
    unknownWrites: [],
    trees: [],
    touches: [],
    touchedTrees: [],
    unknownTouches: [],
    reads: [],
    runs: [],
    values: new Map(),
    directories: new Set(["/workspace"]),
  };
}
