import { steersCommands } from "./environment-variables.ts";
import { judgeCommand } from "./judge-command.ts";
import { addFiles, addReads, type JudgeContext } from "./judge-context.ts";
import { noEffects, type ShellEffects } from "./shell-effects.ts";
import type { ParseShell, ShellNode } from "./shell-grammar.ts";
import { wordOf } from "./shell-word.ts";

const maxDepth = 8;
// A script of more is asked: judging it would hold up everybody else.
const maxNodes = 50_000;

/** Judges every simple command of a script, also those in substitutions, functions, heredocs and scripts within it. */
export function judgeScript(script: string, parse: ParseShell): ShellEffects {
  const effects = noEffects();
  judgeInto(script, parse, effects, 0);
  return effects;
}

/** Judges one more script into effects that are known already: what a file says that a command runs. */
export function judgeMore(script: string, parse: ParseShell, effects: ShellEffects, home: string): void {
  judgeInto(script, parse, effects, 1, home);
}

function judgeInto(script: string, parse: ParseShell, effects: ShellEffects, depth: number, home?: string): void {
  const tree = depth > maxDepth ? null : parse(script);
  if (!tree) {
    effects.unjudgeable.push(script);
    return;
  }
  try {
    // What the grammar can't read may mean anything; what it could read is judged all the same.
    if (tree.rootNode.hasError || hasHiddenCharacters(script)) effects.unjudgeable.push(script);
    const context: JudgeContext = {
      effects,
      script,
      home: home ?? null,
      isOpen: false,
      lateWords: new Map(),
      judge: judgeCommand,
      nested: (inner) => {
        const back = comesBack(effects);
        judgeInto(inner, parse, effects, depth + 1, home);
        back();
      },
    };
    walk(tree.rootNode, context);
    if (hidesArithmetic(script) || namesDescriptor(script)) effects.unjudgeable.push(script);
  } finally {
    tree.delete();
  }
}

/** What bash reads otherwise than a person does, or than the grammar: NUL, carriage returns, a word that goes on in the next line. */
function hasHiddenCharacters(script: string): boolean {
  return script.includes("\0") || script.includes("\r") || /\S\\\n\S/.test(script);
}

/** A subscript that holds a command, as data: whatever works out arithmetic from it runs the command. */
function hidesArithmetic(script: string): boolean {
  if (!/'[^']{0,400}\[[^\]']{0,200}(\$\(|`)/.test(script)) return false;
  const unquoted = script.replace(/'[^']*'/g, "''");
  return /\(\(|\[|(^|[\s;&|(])(let|test|unset|wait|printf|declare|typeset|local|read|mapfile)\s/.test(unquoted);
}

/** `{PATH}> file` sets the variable. */
function namesDescriptor(script: string): boolean {
  return [...script.matchAll(/\{([A-Za-z_]\w*)\}[<>]/g)].some(([, name]) => steersCommands(name ?? "", null));
}

/** Iterative: a script may nest as deep as it is long. */
function walk(root: ShellNode, context: JudgeContext): void {
  const waiting: (ShellNode | (() => void))[] = [root];
  let visited = 0;
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (!node) continue;
    if (typeof node === "function") {
      node();
      continue;
    }
    if (++visited > maxNodes) {
      context.effects.unjudgeable.push(root.text.slice(0, 200));
      return;
    }
    visit(node, context);
    if (node.type === "subshell" || node.type === "command_substitution") waiting.push(comesBack(context.effects));
    // Last child first onto the stack, so that the script is judged in its own order.
    for (const child of node.namedChildren.toReversed()) if (child) waiting.push(child);
  }
}

/** What a shell within this one goes to without anybody's knowing is behind it when it ends. */
function comesBack({ directories }: ShellEffects): () => void {
  const wasLost = directories.has(null);
  return () => {
    if (!wasLost) directories.delete(null);
  };
}

function visit(node: ShellNode, context: JudgeContext): void {
  const { effects } = context;
  if (node.namedChildCount === 0 && hidesSubstitution(node)) effects.unjudgeable.push(node.text);
  switch (node.type) {
    case "command":
      visitCommand(node, context);
      return;
    case "redirected_statement":
      visitRedirected(node, context);
      return;
    case "declaration_command":
      effects.commands.push({ text: node.text, aliases: [] });
      if (hidesName(node)) effects.unjudgeable.push(node.text);
      return;
    case "unset_command":
      // Without PATH a shell looks where it stands.
      if (node.namedChildren.some((child) => child !== null && /^PATH$|^"?[$`]/.test(child.text))) effects.unjudgeable.push(node.text);
      return;
    case "for_statement":
      if (loopSteers(node)) effects.unjudgeable.push(node.text.slice(0, 200));
      return;
    case "arithmetic_expansion":
    case "c_style_for_statement":
    case "compound_statement":
      if (calculatesSteering(node)) effects.unjudgeable.push(node.text.slice(0, 200));
      return;
    case "variable_assignment":
      visitAssignment(node, effects);
      return;
    case "file_redirect":
      visitRedirect(node, context);
      return;
    case "expansion":
      // ${x@P} runs what stands in x.
      if (/@P\}$/.test(node.text)) effects.unjudgeable.push(node.text);
      // ${x:=…} sets x.
      if (steersCommands(/^\$\{(\w+)(\[[^\]]*\])?:?=/.exec(node.text)?.[1] ?? "", null)) effects.unjudgeable.push(node.text);
      return;
    default:
      return;
  }
}

/** `declare -n a=PATH`: what is set as `a` then is another variable. */
function hidesName(node: ShellNode): boolean {
  const isReference = node.namedChildren.some((child) => child?.type === "word" && /^-\w*n/.test(child.text));
  if (!isReference) return false;
  return node.namedChildren.some((child) => {
    const value = child?.type === "variable_assignment" ? child.childForFieldName("value") : null;
    return value !== null && steersCommands(wordOf(value).text ?? "PATH", null);
  });
}

function loopSteers(node: ShellNode): boolean {
  const name = node.childForFieldName("variable")?.text ?? "";
  const values = node.childrenForFieldName("value");
  if (values.length === 0) return steersCommands(name, null);
  return values.some((value) => value !== null && steersCommands(name, wordOf(value)));
}

/** `((PATH = 5))`; the body of a loop and what stands in braces are looked at by themselves. */
function calculatesSteering(node: ShellNode): boolean {
  const text = node.type === "c_style_for_statement" ? node.text.slice(0, node.text.indexOf("))")) : node.text;
  if (!/^(\(\(|\$\(\(|\$\[|for)/.test(text)) return false;
  return [...text.matchAll(/([A-Za-z_]\w*)\s*[-+*/%&|^<>]*=(?!=)/g)].some(([, name]) => steersCommands(name ?? "", null));
}

/** Text in which bash would run a command that the grammar did not see as one. */
function hidesSubstitution(node: ShellNode): boolean {
  if (node.type === "raw_string" || node.type === "comment" || node.type === "ansi_c_string") return false;
  if (!/(?:^|[^\\])(?:\\\\)*(?:\$\(|`)/.test(node.text)) return false;
  if (!node.type.startsWith("heredoc")) return true;
  let redirect: ShellNode | null = node;
  while (redirect !== null && redirect.type !== "heredoc_redirect") redirect = redirect.parent;
  const start = redirect?.namedChildren.find((child) => child?.type === "heredoc_start")?.text ?? "";
  // A quoted delimiter makes the body plain text.
  return !/['"\\]/.test(start);
}

/** Words behind a redirection belong to the command, whatever the grammar takes them for. */
function visitRedirected(node: ShellNode, context: JudgeContext): void {
  const late = node
    .childrenForFieldName("redirect")
    .flatMap((redirect) =>
      redirect === null
        ? []
        : redirect.type === "file_redirect"
          ? redirect.childrenForFieldName("destination").slice(1)
          : redirect.childrenForFieldName("argument"),
    )
    .flatMap((child) => (child === null ? [] : [wordOf(child)]));
  if (late.length === 0) return;
  const command = lastCommand(node.childForFieldName("body"));
  if (command) context.lateWords.set(command.id, late);
  else context.effects.unjudgeable.push(node.text);
}

/** The simple command that a redirection behind it belongs to. */
function lastCommand(node: ShellNode | null): ShellNode | null {
  switch (node?.type) {
    case "command":
      return node;
    case "redirected_statement":
      return lastCommand(node.childForFieldName("body"));
    case "pipeline":
    case "list":
    case "negated_command":
      return lastCommand(node.namedChildren.at(-1) ?? null);
    default:
      return null;
  }
}

function visitCommand(node: ShellNode, context: JudgeContext): void {
  const words = node.namedChildren.flatMap((child, index) => {
    if (!child || child.type === "variable_assignment" || child.type.endsWith("_redirect") || child.type === "comment") return [];
    // Inside `[[ … ]]` and the like the grammar names operators too; in a command every other child is a word of it.
    return [{ word: wordOf(child), index }];
  });
  judgeCommand([...words.map((entry) => entry.word), ...(context.lateWords.get(node.id) ?? [])], context);
}

function visitAssignment(node: ShellNode, effects: ShellEffects): void {
  const name = node.childForFieldName("name")?.text ?? "";
  const value = node.childForFieldName("value");
  const text = value ? wordOf(value).text : "";
  // Set twice, it may be either.
  effects.values.set(name, effects.values.has(name) || /[[+]/.test(node.text.slice(0, name.length + 1)) ? null : text);
  if (steersCommands(name.replace(/\[.*$/s, ""), value ? wordOf(value) : { raw: "", text: "", isGlob: false }))
    effects.unjudgeable.push(node.text);
}

function visitRedirect(node: ShellNode, context: JudgeContext): void {
  const operator = node.children.find((child) => child !== null && /[<>]/.test(child.type) && !child.isNamed)?.type ?? ">";
  const destination = node.childForFieldName("destination");
  if (!destination) return;
  const word = wordOf(destination);
  // `2>&1`, `>&-`: descriptors, no files.
  if (/&$/.test(operator) && /^(\d+-?|-)$/.test(word.raw)) return;
  if (destination.type === "process_substitution") return;
  if (operator.includes(">")) addFiles([word], context);
  else if (operator === "<") addReads([word], context.effects);
}
