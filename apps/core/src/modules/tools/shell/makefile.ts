const builtin: Readonly<Record<string, string>> = { RM: "rm -f", SHELL: "sh", MAKE: "make" };

interface Target {
  readonly needs: readonly string[];
  readonly lines: string[];
}

/** The recipe lines that making the targets runs, without what they need besides files; all of them where none is known. */
export function recipeLines(makefile: string, wanted: readonly string[]): string[] {
  const targets = new Map<string, Target>();
  let current: Target[] = [];
  for (const line of makefile.split("\n")) {
    const header = /^([^\s#=:][^#=:]*):(?!=)([^=]*)$/.exec(line);
    if (header) {
      const needs = (header[2] ?? "").split(/[\s|;]+/).filter((name) => name !== "");
      current = (header[1] ?? "")
        .trim()
        .split(/\s+/)
        .map((name) => {
          const target = targets.get(name) ?? { needs, lines: [] };
          targets.set(name, { needs: [...target.needs, ...needs], lines: target.lines });
          return target;
        });
    } else if (line.startsWith("\t")) for (const target of current) target.lines.push(line);
  }
  const named = wanted.filter((name) => targets.has(name));
  const first = [...targets.keys()].find((name) => !name.startsWith("."));
  const waiting = named.length > 0 ? named : wanted.length > 0 || first === undefined ? [...targets.keys()] : [first];
  const reached = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    waiting.push(...(targets.get(name)?.needs ?? []));
  }
  return [...reached].flatMap((name) => targets.get(name)?.lines ?? []);
}

/** A line of a recipe as the shell gets it; make's own variables stand for themselves. */
export function recipeCommand(line: string): string {
  return line
    .replace(/^\t[@+-]*/, "")
    .replace(/\$\((\w+)\)|\$\{(\w+)\}/g, (_, round: string | undefined, curly: string | undefined) => {
      const name = round ?? curly ?? "";
      return Object.hasOwn(builtin, name) ? (builtin[name] ?? name) : name;
    })
    .replaceAll("$$", "$");
}
