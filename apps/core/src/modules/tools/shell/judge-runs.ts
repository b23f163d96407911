import { judgeMore } from "./judge-script.ts";
import { recipeCommand, recipeLines } from "./makefile.ts";
import { placesOfRun, type ScriptRun } from "./script-runs.ts";
import type { ShellEffects } from "./shell-effects.ts";
import type { ParseShell } from "./shell-grammar.ts";

/** Looks into files of a session: as they stand now, and as its base commit has them. Null: not there, or not to be read. */
export interface FileLook {
  now(path: string): Promise<string | null>;
  before(path: string): Promise<string | null>;
}

const maxRounds = 4;
const maxRuns = 20;
const shellLine = /^#!.*\b(ba|da|z|k|a|mk)?sh\b/;
// What a new line of a program may not hold unasked: it removes files, starts programs, or runs text.
const reachesOut =
  /\bunlink(Sync)?\s*\(|\b(rm|rmdir)Sync\s*\(|\bfs(\.promises|p)?\.(rm|rmdir|unlink)\b|\bos\.(system|popen|exec\w*|spawn\w*|remove\w*|unlink|rmdir)\b|\brmtree\b|\bsubprocess\b|child_process|\bexecSync\b|\bspawn(Sync)?\s*\(|(?<![.\w])(exec|eval|system)\s*\(|__import__|\bDeno\.(remove|run|Command)|\bBun\.(spawn|\$)|\bFileUtils\b|\bFile\.(delete|unlink)|\bqx[/({]/;

/**
 * Judges what the files say that a command runs by name, where the session has changed them: the agent itself may have
 * written them by an earlier call. What the base commit holds is what people have agreed on, and is known by its name.
 */
export async function judgeRuns(effects: ShellEffects, parse: ParseShell, look: FileLook): Promise<void> {
  const seen = new Set<string>();
  for (let round = 0; round < maxRounds && effects.runs.length > 0; round++) {
    for (const run of effects.runs.splice(0).slice(0, maxRuns)) {
      const name = JSON.stringify(run);
      if (seen.has(name)) continue;
      seen.add(name);
      await judgeRun(run, { effects, parse, look });
    }
  }
}

interface Judging {
  readonly effects: ShellEffects;
  readonly parse: ParseShell;
  readonly look: FileLook;
}

async function judgeRun(run: ScriptRun, judging: Judging): Promise<void> {
  const { effects, parse } = judging;
  switch (run.kind) {
    case "shell":
    case "direct":
    case "program":
      for (const path of placesOfRun(run.path, effects)) await judgeFile(run.kind, path, judging);
      return;
    case "package":
      for (const path of placesOfRun("package.json", effects)) {
        const changed = await changedFile(path, judging.look);
        if (!changed) continue;
        const [now, before] = [scriptsOf(changed.now), scriptsOf(changed.before ?? "{}")];
        for (const name of run.names) {
          const script = now.get(name);
          if (script !== undefined && script !== before.get(name)) judgeMore(script, parse, effects);
        }
      }
      return;
    case "make":
      for (const path of ["Makefile", "makefile", "GNUmakefile"].flatMap((name) => placesOfRun(name, effects))) {
        const changed = await changedFile(path, judging.look);
        if (!changed) continue;
        const known = new Set(changed.before?.split("\n") ?? []);
        for (const line of recipeLines(changed.now, run.targets)) if (!known.has(line)) judgeMore(recipeCommand(line), parse, effects);
      }
  }
}

async function judgeFile(kind: "shell" | "direct" | "program", path: string, { effects, parse, look }: Judging): Promise<void> {
  const changed = await changedFile(path, look);
  if (!changed || changed.now.includes("\0")) return;
  const [first = ""] = changed.now.split("\n", 1);
  if (kind === "shell" || (kind === "direct" && (!first.startsWith("#!") || shellLine.test(first)))) {
    judgeMore(changed.now, parse, effects);
    return;
  }
  const found = newLines(changed).find((line) => reachesOut.test(line));
  if (found !== undefined) effects.unjudgeable.push(`${path.replace(/^\/workspace\//, "")}: ${found.trim().slice(0, 200)}`);
}

interface Changed {
  readonly now: string;
  readonly before: string | null;
}

async function changedFile(path: string, look: FileLook): Promise<Changed | null> {
  const now = await look.now(path);
  if (now === null) return null;
  const before = await look.before(path);
  return now === before ? null : { now, before };
}

function newLines({ now, before }: Changed): string[] {
  const known = new Set((before ?? "").split("\n"));
  return now.split("\n").filter((line) => !known.has(line));
}

function scriptsOf(text: string): ReadonlyMap<string, string> {
  try {
    const { scripts } = JSON.parse(text) as { scripts?: unknown };
    const entries = typeof scripts === "object" && scripts !== null ? Object.entries(scripts) : [];
    return new Map(entries.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
  } catch {
    return new Map();
  }
}
