import { posix } from "node:path";
import { judgeMore } from "./judge-script.ts";
import { type MakeWork, makeWork } from "./makefile.ts";
import { placesOfRun, type ScriptRun } from "./script-runs.ts";
import { noEffects, type PlacedRun, type ShellEffects } from "./shell-effects.ts";
import type { ParseShell } from "./shell-grammar.ts";

/** A file as it stands: its text, or the beginning of it; absent; or there and not to be read. */
export type SeenFile = { readonly text: string; readonly isWhole: boolean } | "absent" | "unknown";

/** Looks into files of a session: as they stand now, and as its base commit has them (null: it has none). */
export interface FileLook {
  now(path: string): Promise<SeenFile>;
  before(path: string): Promise<string | null>;
}

const maxRuns = 60;
const shellLine = /^#!\s*(?:\/usr\/bin\/env\s+(?:-S\s*)?)?\S*\b(?:ba|da|z|k|a|mk)?sh\b/;
const machineCode = "\x7fELF";
// What a new line of a program may not hold unasked: it removes files, starts programs, or runs text.
const reachesOut =
  /\bunlink(Sync)?\s*\(|\b(rm|rmdir)Sync\s*\(|\bfs(\.promises|p)?\.(rm|rmdir|unlink)\b|\bos\.(system|popen|exec\w*|spawn\w*|remove\w*|unlink|rmdir)\b|\brmtree\b|\bsubprocess\b|child_process|\bexecSync\b|\bspawn(Sync)?\s*\(|(?<![.\w])(exec|eval|system)\s*\(|__import__|\bDeno\.(remove|run|Command)|\bBun\.(spawn|\$)|\bFileUtils\b|\bFile\.(delete|unlink)|\bqx[/({]/;

/**
 * Judges what the files say that a command runs by name, where the session has changed them: the agent itself may have
 * written them by an earlier call. What the base commit holds is what people have agreed on, and is known by its name;
 * what that runs in its turn is looked into all the same. What can't be seen, or is more than anybody looks at, is asked.
 */
export async function judgeRuns(effects: ShellEffects, parse: ParseShell, look: FileLook): Promise<void> {
  const seen = new Set<string>();
  for (let placed = effects.runs.shift(); placed; placed = effects.runs.shift()) {
    const name = JSON.stringify([placed.run, placed.isLost]);
    if (seen.has(name)) continue;
    if (seen.size < maxRuns) {
      seen.add(name);
      await judgeRun(placed, { effects, parse, look, isAgreed: placed.isAgreed === true });
    } else if (!placed.isAgreed) effects.unjudgeable.push(nameOf(placed.run));
  }
}

interface Judging {
  readonly effects: ShellEffects;
  readonly parse: ParseShell;
  readonly look: FileLook;
  /** run by what stands in the base commit */
  readonly isAgreed: boolean;
}

const shown = (path: string) => path.replace(/^\/workspace\//, "");
const nameOf = (run: ScriptRun) => (run.kind === "package" || run.kind === "make" ? `(${run.kind}) ${JSON.stringify(run)}` : run.path);

async function judgeRun({ run, isLost }: PlacedRun, judging: Judging): Promise<void> {
  const { effects } = judging;
  const placesOf = (path: string | null): string[] => {
    const places = path === null ? [null] : placesOfRun(path, effects, isLost);
    if (places.includes(null) && !judging.isAgreed) effects.unjudgeable.push(nameOf(run));
    return places.filter((place) => place !== null);
  };
  const inside = (directories: readonly (string | null)[], file: string | null) =>
    [...(directories.length > 0 ? directories : ["."])].map((directory) =>
      directory === null || file === null ? null : posix.isAbsolute(file) ? file : posix.join(directory, file),
    );
  switch (run.kind) {
    case "shell":
    case "direct":
    case "program":
      for (const place of placesOf(run.path)) await judgeFile(run.kind, place, judging);
      return;
    case "package":
      for (const place of new Set(
        inside(run.inside, run.file ?? "package.json")
          .flatMap(placesOf)
          .flatMap(withAbove),
      ))
        await judgePackage(place, run.names, judging);
      return;
    case "make": {
      const files = run.files.length > 0 ? run.files : ["Makefile", "makefile", "GNUmakefile"];
      for (const place of files.flatMap((file) => inside(run.inside, file)).flatMap(placesOf))
        await judgeMakefile(place, run.targets, judging, 0);
    }
  }
}

/** A package manager takes the nearest one of the directories above. */
function withAbove(place: string): string[] {
  const places = [place];
  const name = posix.basename(place);
  for (let directory = posix.dirname(place); directory.startsWith("/workspace/"); ) {
    directory = posix.dirname(directory);
    places.push(posix.join(directory, name));
  }
  return places;
}

interface Compared {
  readonly now: string;
  readonly before: string | null;
}

/** The file as it is and as it was; null where there is nothing to judge, or where it can't be read and is asked. */
async function compare(path: string, { effects, look, isAgreed }: Judging): Promise<Compared | null> {
  const now = await look.now(path);
  if (now === "absent" || (now !== "unknown" && now.text.startsWith(machineCode))) return null;
  const before = await look.before(path);
  if (now !== "unknown" && now.isWhole) return { now: now.text, before };
  // What an agreed script builds and runs is as much its own as what it does itself.
  if (!isAgreed || before !== null) effects.unjudgeable.push(shown(path));
  return null;
}

async function judgeFile(kind: "shell" | "direct" | "program", path: string, judging: Judging): Promise<void> {
  const { effects } = judging;
  const compared = await compare(path, judging);
  if (!compared) return;
  const { now, before } = compared;
  const [first = ""] = now.split("\n", 1);
  const isShell = kind === "shell" || (kind === "direct" && (!first.startsWith("#!") || shellLine.test(first)));
  if (now === before) {
    if (isShell) followAgreed(now, posix.dirname(path), judging);
  } else if (now.includes("\0")) effects.unjudgeable.push(shown(path));
  else if (isShell) judgeText(now, posix.dirname(path), judging);
  else if (kind === "direct") {
    const interpreter = first.slice(2).replace(/^\s*\/usr\/bin\/env\s+(-S\s*)?/, "");
    judgeText(`${interpreter} '${path.replaceAll("'", "'\\''")}'`, posix.dirname(path), judging);
  } else if (!judging.isAgreed || before !== null) {
    const known = new Set((before ?? "").split("\n"));
    const found = now.split("\n").find((line) => !known.has(line) && reachesOut.test(line));
    if (found !== undefined) effects.unjudgeable.push(`${shown(path)}: ${found.trim().slice(0, 200)}`);
  }
}

async function judgePackage(path: string, names: readonly string[], judging: Judging): Promise<void> {
  const compared = await compare(path, judging);
  if (!compared) return;
  const { now, before } = compared;
  const [scripts, agreed] = [scriptsOf(now), scriptsOf(before ?? "{}")];
  // Others read it where we don't: with a mark at its beginning, or with comments.
  if (!scripts) {
    if (now !== before) judging.effects.unjudgeable.push(shown(path));
    return;
  }
  for (const name of names) {
    const script = scripts.get(name);
    if (script === undefined) continue;
    if (script === agreed?.get(name)) followAgreed(script, posix.dirname(path), judging);
    else judgeText(script, posix.dirname(path), judging);
  }
}

const maxIncludes = 4;

async function judgeMakefile(path: string, targets: readonly string[], judging: Judging, depth: number): Promise<void> {
  const { effects } = judging;
  const compared = await compare(path, judging);
  if (!compared) return;
  const { now, before } = compared;
  const work = makeWork(now, targets);
  const agreed: MakeWork = before === null ? { commands: [], calls: [], odd: [], includes: [] } : makeWork(before, targets);
  const directory = posix.dirname(path);
  for (const kind of ["calls", "commands"] as const) {
    const known = new Set(agreed[kind]);
    for (const command of work[kind]) {
      if (known.has(command)) followAgreed(command, directory, judging);
      else judgeText(command, directory, judging);
    }
  }
  effects.unjudgeable.push(...work.odd.filter((line) => !agreed.odd.includes(line)).map((line) => `${shown(path)}: ${line.trim()}`));
  for (const included of work.includes) {
    if (depth < maxIncludes) await judgeMakefile(posix.resolve(directory, included), targets, judging, depth + 1);
    else effects.unjudgeable.push(included);
  }
}

/** What the session has written, judged like the command itself, from where it is run and from where it lies. */
function judgeText(script: string, home: string, { effects, parse }: Judging): void {
  effects.directories.add(home);
  judgeMore(script, parse, effects, home);
}

/** Of what people have agreed on, only what it runs by name: that may be the session's. */
function followAgreed(script: string, home: string, { effects, parse }: Judging): void {
  const own: ShellEffects = { ...noEffects(), directories: new Set([...effects.directories, home]) };
  judgeMore(script, parse, own, home);
  for (const directory of own.directories) if (directory !== null) effects.directories.add(directory);
  effects.runs.push(...own.runs.map((placed) => ({ ...placed, isAgreed: true })));
}

function scriptsOf(text: string): ReadonlyMap<string, string> | null {
  try {
    const { scripts = {}, tasks = {} } = JSON.parse(text) as { scripts?: unknown; tasks?: unknown };
    const entries = [scripts, tasks].flatMap((group) => (typeof group === "object" && group !== null ? Object.entries(group) : []));
    return new Map(entries.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
  } catch {
    return null;
  }
}
