import type { ShellNode } from "./shell-grammar.ts";

/** A word of a command: as it stands in the script, and as the command gets it. */
export interface ShellWord {
  readonly raw: string;
  /** null when it is known only when it runs (expansions, braces) */
  readonly text: string | null;
  /** stands for file names that exist when it runs */
  readonly isGlob: boolean;
}

export function literalWord(text: string): ShellWord {
  return { raw: text, text, isGlob: false };
}

/** The words' text as rules see it: quotes and escapes taken away, expansions as written. */
export function joinWords(words: readonly ShellWord[]): string {
  return words.map((word) => word.text ?? word.raw).join(" ");
}

const simpleEscapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  v: "\v",
};

function decodeAnsiC(body: string): string {
  return body.replace(/\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|c.|[\s\S])/g, (_, code: string) => {
    const first = code[0] ?? "";
    if (/[xuU]/.test(first) && code.length > 1) {
      const point = Number.parseInt(code.slice(1), 16);
      return point <= 0x10_ff_ff ? String.fromCodePoint(point) : "\u{fffd}";
    }
    if (/[0-7]/.test(first)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
    if (first === "c" && code.length > 1) return String.fromCharCode(code.charCodeAt(1) & 0x1f);
    return simpleEscapes[code] ?? code;
  });
}

/** What a node of a word stands for; null when only a run would tell. */
function literalOf(node: ShellNode): string | null {
  switch (node.type) {
    case "word":
    case "number":
    case "variable_name":
    case "extglob_pattern":
    case "regex":
      return node.namedChildCount > 0 ? null : node.text.replace(/\\\n/g, "").replace(/\\([\s\S])/g, "$1");
    case "string":
      if (node.namedChildren.some((child) => child !== null && child.type !== "string_content")) return null;
      // An unnamed `$` before the quotes would be a translated string, which has its own type.
      return node.text
        .slice(1, -1)
        .replace(/\\\n/g, "")
        .replace(/\\([$`"\\])/g, "$1");
    case "raw_string":
      return node.text.slice(1, -1);
    case "ansi_c_string":
      return decodeAnsiC(node.text.slice(2, -1));
    case "concatenation":
    case "command_name": {
      const parts = node.namedChildren.map((child) => (child === null ? null : literalOf(child)));
      return parts.every((part) => part !== null) ? parts.join("") : null;
    }
    default:
      return null;
  }
}

const unquoted = (raw: string) => raw.replace(/\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"/g, "");

export function wordOf(node: ShellNode): ShellWord {
  const raw = node.text;
  const bare = unquoted(raw);
  // Braces with a comma or dots become several words; what only looks like it is no worse for being asked.
  const hasBraces = bare.includes("{") && bare.includes("}") && (bare.includes(",") || bare.includes(".."));
  // `$` in the bare text of a word that the grammar calls literal: something it did not understand.
  const text = hasBraces || /[$`]/.test(bare.replace(/\$$/, "").replace(/^\$(?=$)/, "")) ? null : literalOf(node);
  return { raw, text, isGlob: /[*?[]|[@+!]\(|^~/.test(bare) };
}
