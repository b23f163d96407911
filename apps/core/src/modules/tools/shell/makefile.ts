import { posix } from "node:path";

/** What a makefile has make do: for some targets, and whatever it is asked for. */
export interface MakeWork {
  /** recipe lines of the targets and of what they need, as the shell gets them */
  readonly commands: readonly string[];
  /** run while it is read: `$(shell …)`, `!=` */
  readonly calls: readonly string[];
  /** lines of which nobody can say what they do */
  readonly odd: readonly string[];
  readonly includes: readonly string[];
}

const builtin: Readonly<Record<string, string>> = {
  RM: "rm -f",
  SHELL: "sh",
  MAKE: "make",
  CC: "cc",
  CXX: "g++",
  CPP: "cc -E",
  AR: "ar",
  AS: "as",
  LD: "ld",
  FC: "f77",
  LEX: "lex",
  YACC: "yacc",
};
const steering = /^(\.|SHELL$|MAKEFLAGS$|MAKEFILES$|MAKE$)/;
const maxChars = 20_000;

interface Rule {
  readonly name: string;
  readonly needs: readonly string[];
  readonly lines: string[];
}

interface Makefile {
  readonly variables: Map<string, string[]>;
  readonly rules: Map<string, Rule[]>;
  readonly includes: string[];
  readonly calls: string[];
  readonly odd: string[];
}

/** Reads a makefile for what making the targets runs; for all of it where a target is not known. */
export function makeWork(text: string, wanted: readonly string[]): MakeWork {
  const makefile: Makefile = { variables: new Map(), rules: new Map(), includes: [], calls: [], odd: [] };
  let current: Rule[] = [];
  for (const line of text.replace(/\\\n[ \t]*/g, " ").split("\n")) {
    if (line.startsWith("\t") && current.length > 0) for (const rule of current) rule.lines.push(line);
    else current = readLine(line.replace(/(^|[^\\])#.*$/, "$1"), makefile) ?? current;
  }
  const { variables, odd } = makefile;
  const rules = reached(makefile, wanted).flatMap((name) => makefile.rules.get(name) ?? []);
  const lines = rules.flatMap((rule) => rule.lines.map((line) => [line, ofTarget(line.replace(/^[\s@+-]+/, ""), rule.name)] as const));
  const commands = [...new Set(lines.map(([line, command]) => expand(command, makefile, line).replaceAll("$$", "$")))];
  // Values are worked out where they are used, or at once: what they call is run either way.
  for (const values of variables.values()) for (const value of values) expand(value, makefile, value);
  return { commands, calls: makefile.calls, odd, includes: makefile.includes };
}

/** The target's own name put in. */
function ofTarget(line: string, target: string): string {
  const name = target.replaceAll("%", "0");
  return line.replace(/\$\$|\$@|\$\(@([DF])?\)/g, (text, part?: string) =>
    text === "$$" || name.includes("$") ? text : part === "D" ? posix.dirname(name) : part === "F" ? posix.basename(name) : name,
  );
}

/** Answers the rules that the line opens; none where it ends those before it, null where it goes on with them. */
function readLine(line: string, makefile: Makefile): Rule[] | null {
  const { odd, includes } = makefile;
  const text = line.trim();
  if (text === "" || /^((ifn?eq|ifn?def|else|endif|vpath|unexport)\b|export(\s+[\w.-]+)*$)/.test(text)) {
    expand(text, makefile, line);
    return null;
  }
  const include = /^(?:-|s)?include\s+(.*)$/.exec(text);
  if (include) {
    const names = expand(include[1] ?? "", makefile, line).split(/\s+/);
    if (names.some((name) => /[$*?[]/.test(name))) odd.push(line);
    else includes.push(...names.filter((name) => name !== ""));
    return [];
  }
  if (readAssignment(text, makefile)) return [];
  const rule = /^((?:[^:=$]|\$[^({]|\$[({][^)}]*[)}])+?)&?::?(?!=)(.*)$/.exec(text);
  if (!rule || /^(define|endef|load|undefine)\b/.test(text)) {
    odd.push(line);
    return [];
  }
  const [needed = "", ...recipe] = (rule[2] ?? "").split(";");
  if (readAssignment(needed.trim(), makefile)) {
    if (recipe.length > 0) odd.push(line);
    return [];
  }
  const needs = expand(needed, makefile, line)
    .split(/[\s|:]+/)
    .filter((name) => name !== "");
  return expand(rule[1] ?? "", makefile, line)
    .trim()
    .split(/\s+/)
    .map((name) => {
      const opened: Rule = { name, needs, lines: recipe.length > 0 ? [recipe.join(";")] : [] };
      makefile.rules.set(name, [...(makefile.rules.get(name) ?? []), opened]);
      return opened;
    });
}

function readAssignment(text: string, { variables, calls, odd }: Makefile): boolean {
  const match = /^(?:(?:export|override|private)\s+)*([^\s:#=?+!$]+)\s*(:{0,3}|\+|\?|!)=\s*(.*)$/.exec(text);
  if (!match) return false;
  const [, name = "", operator = "", value = ""] = match;
  const known = variables.get(name) ?? [];
  if (operator === "!") calls.push(value);
  if (steering.test(name)) odd.push(text);
  else if (operator === "+") variables.set(name, known.length > 1 ? [...known, value] : [`${known[0] ?? ""} ${value}`.trim()]);
  else if (!known.includes(value)) variables.set(name, [...known, operator === "!" ? "$(!)" : value]);
  return true;
}

/** make's own variables and functions put in, from within; what is known only to make stays an expansion. */
function expand(text: string, makefile: Makefile, line: string): string {
  const { variables, calls, odd } = makefile;
  let expanded = text.replaceAll("$$", "\ue000");
  for (let round = 0; round < 30; round++) {
    const before = expanded;
    expanded = expanded.replace(
      /\$\(([^$(){}]*)\)|\$\{([^$(){}]*)\}|\$([@<^?*+|%\w])/g,
      (_, round1?: string, curly?: string, letter?: string) => {
        const inner = round1 ?? curly ?? letter ?? "";
        if (!/[\s:]/.test(inner)) {
          const values = variables.get(inner) ?? (Object.hasOwn(builtin, inner) ? [builtin[inner] ?? ""] : []);
          if (values.length === 1) return (values[0] ?? "").replaceAll("$$", "\ue000");
          if (values.some((value) => /[;&|`<>]/.test(value))) odd.push(line);
          return "\ue001";
        }
        const call = /^shell\s+([\s\S]*)$/.exec(inner);
        if (call) calls.push((call[1] ?? "").replaceAll("\ue000", "$").replaceAll("\ue001", "$x"));
        else if (/^(info|warning|error)\s/.test(inner)) return "";
        else if (/^(eval|file|guile|call|load)\s/.test(inner) || /[;&|`<>]/.test(inner)) odd.push(line);
        return "\ue001";
      },
    );
    if (expanded === before || expanded.length > maxChars) break;
  }
  // A call with brackets of the shell's own in it.
  if (/\$[({](shell|eval|file|guile|call|load)\b/.test(expanded) || expanded.length > maxChars) odd.push(line);
  return expanded.replaceAll("\ue000", "$$$$").replaceAll("\ue001", "$x");
}

/** The targets that are made for those wanted. Which of the rules with a pattern apply is not asked: all of them. */
function reached({ rules }: Makefile, wanted: readonly string[]): string[] {
  const names = [...rules.keys()];
  // Names in capitals behind a dot tell make something; the others are rules by suffix.
  const isGeneral = (name: string) => /[%$*?]|^\.DEFAULT$|^\.[a-z][^./]*(\.[^./]+)?$/.test(name);
  const first = names.find((name) => !name.startsWith(".") && !isGeneral(name));
  const isKnown = wanted.every((name) => rules.has(name));
  const waiting = isKnown && wanted.length > 0 ? [...wanted] : wanted.length === 0 && first !== undefined ? [first] : [...names];
  waiting.push(...names.filter(isGeneral));
  const found = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    waiting.push(...(rules.get(name) ?? []).flatMap((rule) => rule.needs));
  }
  return [...found];
}
