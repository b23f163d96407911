/**
 * A glob as a regular expression for whole paths: `*` and `?` within a name, `**` over directories, `[a-z]`, `{a,b}` (nested
 * too), `\` before a character that is meant itself. Names that begin with a dot are matched like any other.
 */
export function globPattern(glob: string): RegExp {
  // A row of `**/` says no more than one, and would take exponential time to find out.
  return new RegExp(`^${translate(glob.replaceAll(/(?:\*\*\/){2,}/g, "**/"))}$`, "s");
}

function translate(glob: string): string {
  let pattern = "";
  for (let index = 0; index < glob.length; ) {
    const [part, length] = translateAt(glob, index);
    pattern += part;
    index += length;
  }
  return pattern;
}

/** The expression for what stands at `index`, and how many characters of the glob it takes. */
function translateAt(glob: string, index: number): [string, number] {
  const character = glob[index] ?? "";
  const atName = index === 0 || glob[index - 1] === "/";
  if (character === "*" && glob[index + 1] === "*" && atName) {
    if (glob[index + 2] === "/") return ["(?:[^/]+/)*", 3];
    if (index + 2 === glob.length) return [".*", 2];
  }
  if (character === "*") return ["[^/]*", glob[index + 1] === "*" ? 2 : 1];
  if (character === "?") return ["[^/]", 1];
  if (character === "[") return translateClass(glob, index);
  if (character === "{") return translateAlternatives(glob, index);
  if (character === "\\" && index + 1 < glob.length) return [literally(glob[index + 1] ?? ""), 2];
  return [literally(character), 1];
}

function translateClass(glob: string, index: number): [string, number] {
  const end = glob.indexOf("]", index + 2);
  if (end === -1) return ["\\[", 1];
  const content = glob
    .slice(index + 1, end)
    .replace(/^!/, "^")
    .replaceAll("\\", "\\\\")
    .replaceAll("[", "\\[");
  return [`(?!/)[${content}]`, end - index + 1];
}

function translateAlternatives(glob: string, index: number): [string, number] {
  const alternatives: string[] = [];
  let depth = 0;
  let from = index + 1;
  for (let at = index; at < glob.length; at += 1) {
    const character = glob[at];
    if (character === "\\") at += 1;
    else if (character === "{") depth += 1;
    else if (character === "," && depth === 1) {
      alternatives.push(glob.slice(from, at));
      from = at + 1;
    } else if (character === "}") {
      depth -= 1;
      if (depth > 0) continue;
      alternatives.push(glob.slice(from, at));
      return [`(?:${alternatives.map(translate).join("|")})`, at - index + 1];
    }
  }
  return ["\\{", 1];
}

function literally(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");
}
