/** A file's text out of what `read` answers: lines with their numbers before them, and a note at the end. */
export function fileText(output: string): string {
  const lines = output.split("\n").flatMap((line) => {
    const match = /^\s*\d+[:|\t→] ?(.*)$/.exec(line);
    return match ? [match[1] ?? ""] : [];
  });
  return lines.length > 0 ? `${lines.join("\n")}\n` : "";
}

export interface GrepHit {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** The hits out of what `grep` answers: `path:line: text`. */
export function grepHits(output: string): GrepHit[] {
  return output.split("\n").flatMap((line) => {
    const match = /^(?:\.\/)?([^:]+):(\d+):\s?(.*)$/.exec(line);
    return match ? [{ path: match[1] ?? "", line: Number(match[2]), text: match[3] ?? "" }] : [];
  });
}

export interface Import {
  readonly names: readonly string[];
  readonly from: string;
  readonly line: string;
}

/** The named imports of a module, with types among them. */
export function importsOf(source: string): Import[] {
  return [...source.matchAll(/^import (?:type )?\{([^}]+)\} from "([^"]+)";$/gm)].map(([line, names = "", from = ""]) => ({
    names: names
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
    from,
    line,
  }));
}

/** The path that a relative import means, seen from the module that has it. */
export function resolveImport(module: string, from: string): string {
  const parts = module.split("/").slice(0, -1);
  for (const part of from.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** The source of a top-level function, from its head to the brace that closes it; null when there is none. */
export function functionSource(source: string, name: string): string | null {
  const match = new RegExp(`^(?:export )?function ${name}\\([\\s\\S]*?^\\}`, "m").exec(source);
  return match?.[0] ?? null;
}
